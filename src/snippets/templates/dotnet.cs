// A traced ASP.NET Core service: every request becomes a server span that continues its caller's trace.
//
//   dotnet new web -o orders && cd orders
//   dotnet add package OpenTelemetry.Extensions.Hosting
//   dotnet add package OpenTelemetry.Exporter.OpenTelemetryProtocol
//   dotnet add package OpenTelemetry.Instrumentation.AspNetCore
//   dotnet add package OpenTelemetry.Instrumentation.Http
//   dotnet run
using System.Diagnostics;
using OpenTelemetry.Trace;

// Environment variables override these defaults.
static void Default(string name, string value)
{
    if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))
    {
        Environment.SetEnvironmentVariable(name, value);
    }
}
{% for variable in variables %}Default({{ variable.name|quoted }}, {{ variable.value|quoted }});
{% endfor %}Default("OTEL_EXPORTER_OTLP_PROTOCOL", {{ sdk_protocol|quoted }});
{% if secrets %}// {{ secrets }}: a credential, so it is not written here. Before you start:
//   export OTEL_EXPORTER_OTLP_HEADERS={{ secret_headers|shell }}
{% endif %}
var source = new ActivitySource("app");
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing
    .AddSource(source.Name)
    .AddAspNetCoreInstrumentation()
    .AddHttpClientInstrumentation()
    .AddOtlpExporter());

var app = builder.Build();
app.MapGet("/orders/{id:int}", (int id) =>
{
    // A span of your own, inside the request's.
    using var span = source.StartActivity("load order");
    span?.SetTag("order.id", id);
    if (id == 0)
    {
        span?.SetStatus(ActivityStatusCode.Error, "no such order");
        return Results.Problem("no such order", statusCode: 500);
    }
    return Results.Ok(new { order = id });
});
app.Run();
