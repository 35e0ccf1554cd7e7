# A traced Flask application: every request becomes a server span that continues its caller's trace.
#
#   python3 -m venv venv
#   venv/bin/pip install flask opentelemetry-sdk {{ python_exporter }} opentelemetry-instrumentation-flask
#   venv/bin/flask --app app run --port 8000
#   curl http://localhost:8000/orders/1
import os

# Environment variables override these defaults.
{% for variable in variables %}os.environ.setdefault({{ variable.name|quoted }}, {{ variable.value|quoted }})
{% endfor %}{% if secrets %}# {{ secrets }}: a credential, so it is not written here. Before you start:
#   export OTEL_EXPORTER_OTLP_HEADERS={{ secret_headers|shell }}
{% endif %}
from flask import Flask, abort
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.{{ "grpc" if grpc else "http" }}.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("app")

app = Flask(__name__)
FlaskInstrumentor().instrument_app(app)


@app.get("/orders/<int:order>")
def read_order(order):
    # A span of your own, inside the request's; an exception that escapes it marks it as an error.
    with tracer.start_as_current_span("load order") as span:
        span.set_attribute("order.id", order)
        if order == 0:
            abort(500)
        return {"order": order, "items": ["tea", "cups"]}
