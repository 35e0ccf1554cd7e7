# A traced FastAPI application: every request becomes a server span that continues its caller's trace.
#
#   python3 -m venv venv
#   venv/bin/pip install fastapi uvicorn opentelemetry-sdk opentelemetry-exporter-otlp-proto-http opentelemetry-instrumentation-fastapi
#   venv/bin/uvicorn app:app --port 8000
#   curl http://localhost:8000/orders/1
import os

# Environment variables override these defaults.
os.environ.setdefault("OTEL_SERVICE_NAME", "orders")
os.environ.setdefault("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")

from fastapi import FastAPI, HTTPException
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("app")

app = FastAPI()
# Without a span for each ASGI message.
FastAPIInstrumentor.instrument_app(app, exclude_spans=["receive", "send"])


@app.get("/orders/{order}")
def read_order(order: int):
    # A span of your own, inside the request's; an exception that escapes it marks it as an error.
    with tracer.start_as_current_span("load order") as span:
        span.set_attribute("order.id", order)
        if order == 0:
            raise HTTPException(status_code=500, detail="no such order")
        return {"order": order, "items": ["tea", "cups"]}
