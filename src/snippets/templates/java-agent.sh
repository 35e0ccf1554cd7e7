#!/bin/sh
# A Java application, traced by the OpenTelemetry agent without code changes.
#
#   curl -fLO https://github.com/open-telemetry/opentelemetry-java-instrumentation/releases/latest/download/opentelemetry-javaagent.jar
#   sh run.sh app.jar
{% for variable in variables %}export {{ variable.name }}={{ variable.value|shell }}
{% endfor %}export OTEL_EXPORTER_OTLP_PROTOCOL={{ sdk_protocol }}
{% if secrets %}# {{ secrets }}: a credential, so it is not written here. Before you start:
#   export OTEL_EXPORTER_OTLP_HEADERS={{ secret_headers|shell }}
{% endif %}# Tempo accepts traces only.
export OTEL_METRICS_EXPORTER=none
export OTEL_LOGS_EXPORTER=none

exec java -javaagent:opentelemetry-javaagent.jar -jar "$@"
