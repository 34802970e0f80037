namespace PerfPlatform.Web.Components.Panels;

/// <summary>What a person writes down to send: ready to be copied, with the address that the browser reached and a key.</summary>
public static class SendingLines
{
    /// <summary>The ways.</summary>
    /// <param name="address">Without a slash at the end.</param>
    /// <param name="key">An ingest key.</param>
    public static IReadOnlyList<(string Title, string Text, string Lines)> Of(string address, string key) =>
    [
        ("Agent", "This product's own, every second; in a clone of it on the machine:", $"""
            PERFPLATFORM_ENDPOINT={address} PERFPLATFORM_API_KEY={key} \
              dotnet run -c Release --project services/PerfPlatform.Agent
            """),
        ("OpenTelemetry SDK", "Any application with an OpenTelemetry SDK, by its environment:", $"""
            export OTEL_EXPORTER_OTLP_ENDPOINT={address}
            export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
            export OTEL_EXPORTER_OTLP_HEADERS=x-api-key={key}
            """),
        ("OpenTelemetry Collector", "Its configuration; the machine's metrics and whatever else it receives:", $$"""
            receivers:
              hostmetrics:
                collection_interval: 10s
                scrapers: { cpu: , load: , memory: , disk: , filesystem: , network: , paging: }
            processors:
              resourcedetection: { detectors: [system] }
            exporters:
              otlphttp:
                endpoint: {{address}}
                headers: { x-api-key: {{key}} }
            service:
              pipelines:
                metrics:
                  receivers: [hostmetrics]
                  processors: [resourcedetection]
                  exporters: [otlphttp]
            """),
        ("Prometheus", "In prometheus.yml; node_exporter's targets become hosts:", $$"""
            remote_write:
              - url: {{address}}/api/v1/write
                authorization:
                  credentials: {{key}}
            """),
        ("Telegraf", "In telegraf.conf:", $"""
            [[outputs.influxdb_v2]]
              urls = ["{address}"]
              token = "{key}"
              organization = "any"
              bucket = "any"
            """),
        ("curl", "One sample, to try:", $$"""
            curl -H 'Authorization: Bearer {{key}}' -H 'Content-Type: application/json' \
              {{address}}/api/v1/samples \
              -d '{"samples":[{"metric":"queue.size","labels":{"component":"ocr"},"value":12.5}]}'
            """),
    ];
}
