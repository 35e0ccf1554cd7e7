// A traced Go server: every request becomes a server span that continues its caller's trace.
//
//	go mod init orders && go mod tidy
//	go run .
//	curl http://localhost:8080/orders/1
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/{{ "otlptracegrpc" if grpc else "otlptracehttp" }}"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace"
)

func init() {
{% for variable in variables %}	setDefault({{ variable.name|quoted }}, {{ variable.value|quoted }})
{% endfor %}{% if secrets %}	// {{ secrets }}: a credential, so it is not written here. Before you start:
	//   export OTEL_EXPORTER_OTLP_HEADERS={{ secret_headers|shell }}
{% endif %}}

// Environment variables override the defaults.
func setDefault(name, value string) {
	if os.Getenv(name) == "" {
		os.Setenv(name, value)
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exporter, err := {{ "otlptracegrpc" if grpc else "otlptracehttp" }}.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter))
	// This sends the last spans; without it they are lost when the program ends.
	defer provider.Shutdown(context.Background())
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	tracer := otel.Tracer("app")

	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		// A span of your own, inside the request's.
		_, span := tracer.Start(r.Context(), "load order")
		defer span.End()
		id := r.PathValue("id")
		span.SetAttributes(attribute.String("order.id", id))
		if id == "0" {
			span.RecordError(errors.New("no such order"))
			span.SetStatus(codes.Error, "no such order")
			http.Error(w, "no such order", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "{\"order\": %q}\n", id)
	})
	server := &http.Server{Addr: ":8080", Handler: otelhttp.NewHandler(mux, "orders")}
	go func() {
		<-ctx.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Print(err)
	}
}
