// A traced Express application: every request becomes a server span that continues its caller's trace.
//
//   npm install express @opentelemetry/api @opentelemetry/sdk-node @opentelemetry/instrumentation-http @opentelemetry/instrumentation-express
//   node app.js
//   curl http://localhost:8080/carts/1
"use strict";

// Environment variables override these defaults.
process.env.OTEL_SERVICE_NAME ??= "carts";
process.env.OTEL_EXPORTER_OTLP_ENDPOINT ??= "http://localhost:4318";
process.env.OTEL_EXPORTER_OTLP_PROTOCOL ??= "http/protobuf";
// Tempo accepts traces only.
process.env.OTEL_METRICS_EXPORTER ??= "none";
process.env.OTEL_LOGS_EXPORTER ??= "none";

const { SpanStatusCode, trace } = require("@opentelemetry/api");
const { ExpressInstrumentation } = require("@opentelemetry/instrumentation-express");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { NodeSDK } = require("@opentelemetry/sdk-node");

const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] });
sdk.start();
process.on("SIGTERM", () => sdk.shutdown().finally(() => process.exit(0)));

// Only modules loaded after the start are instrumented.
const express = require("express");

const app = express();
const tracer = trace.getTracer("app");

app.get("/carts/:id", (request, response) => {
  // A span of your own, inside the request's.
  tracer.startActiveSpan("load cart", (span) => {
    span.setAttribute("cart.id", request.params.id);
    if (request.params.id === "0") {
      span.setStatus({ code: SpanStatusCode.ERROR, message: "no such cart" });
      response.status(500).json({ error: "no such cart" });
    } else {
      response.json({ cart: request.params.id, items: 2 });
    }
    span.end();
  });
});

app.listen(Number(process.env.PORT ?? 8080));
