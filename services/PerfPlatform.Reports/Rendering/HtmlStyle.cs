namespace PerfPlatform.Reports.Rendering;

/// <summary>The look of the HTML report: light and dark by the reader's system, light when printed; nothing is loaded from elsewhere.</summary>
internal static class HtmlStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#5c6878;--line:#e2e6ec;--accent:#2563eb;--fill:#2563eb22;--bad:#c81e1e;--warn:#9a5b00;--good:#0a7a42}
        @media (prefers-color-scheme:dark){:root{--bg:#0f141b;--card:#171e28;--ink:#e6ebf2;--soft:#97a4b5;--line:#2a3443;--accent:#6ea8ff;--fill:#6ea8ff22;--bad:#ff7b72;--warn:#f0b250;--good:#4cc38a}}
        @media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#111;--soft:#555;--line:#ccc;--accent:#1d4ed8;--fill:#1d4ed818;--bad:#b00000;--warn:#7a4a00;--good:#06603a}section,figure,tr{break-inside:avoid}main{max-width:none!important;padding:0!important}}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:1180px;margin:0 auto;padding:32px 20px 64px}header{margin-bottom:24px}h1{font-size:26px;margin:0 0 4px;letter-spacing:-.01em}h2{font-size:18px;margin:0 0 12px}h3{font-size:15px;margin:0;font-weight:600}
        p{margin:.3em 0}.soft{color:var(--soft)}section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin-bottom:18px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:18px}.tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
        .tile b{display:block;font-size:24px;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:600;font-size:13px}td.n,th.n{text-align:right;white-space:nowrap}tr:last-child td{border-bottom:0}
        .charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(440px,100%),1fr));gap:14px 22px;margin-top:14px}figure{margin:0}figcaption{font-size:13px;color:var(--soft);margin-bottom:2px}
        svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:10.5px}.grid{stroke:var(--line)}.line{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}.area{fill:var(--fill)}
        .tag{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:0 9px;font-size:12px;line-height:19px;white-space:nowrap}.critical,.unhealthy,.firing{color:var(--bad)}.warning,.degraded,.pending{color:var(--warn)}.healthy,.resolved{color:var(--good)}.info,.unknown{color:var(--soft)}
        ul{margin:0;padding:0;list-style:none}li{padding:8px 0;border-bottom:1px solid var(--line)}li:last-child{border-bottom:0}.head{display:flex;justify-content:space-between;gap:12px;align-items:baseline;margin-bottom:8px}
        """;
}
