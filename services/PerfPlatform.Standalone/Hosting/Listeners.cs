using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace PerfPlatform.Standalone.Hosting;

/// <summary>The ports of the one process.</summary>
internal static class Listeners
{
    private const string GrpcService = "/opentelemetry.proto.collector.metrics.v1.MetricsService";

    /// <summary>A taken port of the pages ends the start; a taken OTLP port only costs that port.</summary>
    public static void AddListeners(this WebApplicationBuilder builder, StandaloneSettings settings)
    {
        if (!IsFree(settings.HttpPort))
            throw new StartupException($"Port {settings.HttpPort} is taken: stop what listens there, or set PERFPLATFORM_HTTP_PORT to another one");
        var otlp = settings.OtlpHttpPort != 0 && settings.OtlpHttpPort != settings.HttpPort;
        if (otlp && !IsFree(settings.OtlpHttpPort))
        {
            Console.WriteLine($"Warning: port {settings.OtlpHttpPort} is taken, so OTLP/HTTP is only on port {settings.HttpPort} (PERFPLATFORM_OTLP_HTTP_PORT names another one)");
            otlp = false;
        }

        var grpc = settings.OtlpGrpcPort != 0;
        if (grpc && (settings.OtlpGrpcPort == settings.HttpPort || settings.OtlpGrpcPort == settings.OtlpHttpPort || !IsFree(settings.OtlpGrpcPort)))
        {
            Console.WriteLine($"Warning: port {settings.OtlpGrpcPort} is taken, so there is no OTLP/gRPC (PERFPLATFORM_OTLP_GRPC_PORT names another one)");
            grpc = false;
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenAnyIP(settings.HttpPort);
            if (otlp)
                kestrel.ListenAnyIP(settings.OtlpHttpPort);
            // Without TLS a client cannot ask for HTTP/2: the port speaks nothing else.
            if (grpc)
                kestrel.ListenAnyIP(settings.OtlpGrpcPort, listen => listen.Protocols = HttpProtocols.Http2);
        });
    }

    /// <summary>On the OTLP ports only the intake answers: whoever opens them to other machines does not open the pages.</summary>
    public static void UseIntakePorts(this WebApplication app, StandaloneSettings settings)
    {
        app.Use((context, next) =>
        {
            var port = context.Connection.LocalPort;
            var intake = port == settings.HttpPort || (port == settings.OtlpHttpPort ? "/v1" : port == settings.OtlpGrpcPort ? GrpcService : null) is not { } only
                || context.Request.Path.StartsWithSegments(only, StringComparison.Ordinal);
            if (intake)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    private static bool IsFree(int port)
    {
        foreach (var address in (IPAddress[])[IPAddress.Any, IPAddress.IPv6Any])
        {
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    socket.DualMode = false;
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(1);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse)
            {
                return false;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied)
            {
                throw new StartupException($"Port {port} is not allowed for this user: set PERFPLATFORM_HTTP_PORT to one above 1023", e);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                // A machine without IPv6.
            }
        }

        return true;
    }
}
