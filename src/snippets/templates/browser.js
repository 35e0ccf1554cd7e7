// A traced web page: the page load and every fetch become spans, and the services it calls continue the trace.
//
//   npm install @opentelemetry/api @opentelemetry/exporter-trace-otlp-http @opentelemetry/instrumentation @opentelemetry/instrumentation-document-load @opentelemetry/instrumentation-fetch @opentelemetry/resources @opentelemetry/sdk-trace-web
//   import "./tracing.js";   // first in the page's entry, for example Vue's main.js
//
{% if grpc %}// Browsers cannot send gRPC, so this is OTLP/HTTP on the same host.
{% endif %}// A receiver on another origin must allow this page's origin:
//   receivers: { otlp: { protocols: { http: { cors: { allowed_origins: ["https://shop.example"] } } } } }
// Otherwise let the page's own server forward /v1/traces, as examples/vue does.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { DocumentLoadInstrumentation } from "@opentelemetry/instrumentation-document-load";
import { FetchInstrumentation } from "@opentelemetry/instrumentation-fetch";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, WebTracerProvider } from "@opentelemetry/sdk-trace-web";

const url = import.meta.env?.VITE_OTLP_TRACES_URL ?? {{ browser_url|quoted }};
{% if tenant %}const headers = { "X-Scope-OrgID": {{ tenant|quoted }} };
{% endif %}{% if secrets %}// {{ secrets }}: a page cannot keep a credential. Let its own server forward /v1/traces and add it there.
{% endif %}
const provider = new WebTracerProvider({
  resource: resourceFromAttributes({ "service.name": {{ service|quoted }} }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url{% if tenant %}, headers{% endif %} }), { scheduledDelayMillis: 1000 })],
});
provider.register();

registerInstrumentations({
  instrumentations: [
    new DocumentLoadInstrumentation(),
    // Calls to the page's own origin always carry the trace context. List other origins here; they must
    // allow the traceparent header (CORS).
    new FetchInstrumentation({ propagateTraceHeaderCorsUrls: [/^https:\/\/api\.shop\.example\//] }),
  ],
});
