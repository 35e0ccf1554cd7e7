# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tempoctl_global_optspecs
    string join \n color= config= context= no-proxy tempo-url= org-id= header= ca-cert= cert= key= tls-skip-verify otlp-endpoint= otlp-protocol= otlp-header= otlp-insecure otlp-ca-cert= otlp-cert= otlp-key= tempo-otlp-endpoint= prometheus-url= prometheus-header= prometheus-org-id= prometheus-token-file= prometheus-ca-cert= grafana-url= grafana-token-file= grafana-user= grafana-org-id= grafana-header= grafana-ca-cert= loki-url= loki-header= loki-org-id= loki-token-file= loki-ca-cert= collector-metrics-url= h/help V/version
end

function __fish_tempoctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tempoctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tempoctl_using_subcommand
    set -l cmd (__fish_tempoctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tempoctl -n "__fish_tempoctl_needs_command" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "doctor" -d 'Find where the pipeline loses data, why, and what to change'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "send" -d 'Send one probe trace and follow it, or generate realistic load'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "search" -d 'Search traces, show one as a waterfall, or compare two'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "dashboard" -d 'Explain why each panel of a Grafana dashboard is empty'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "explain" -d 'Explain a cause: what it means, how it is detected, and how to fix it'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "metrics" -d 'Show rate, errors and durations from span metrics, the service graph, and Tempo\'s own health'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "lab" -d 'Start a simulated stack, healthy or with a chosen fault'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "logs" -d 'Read logs, group repeated lines, and explain known errors'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "snippet" -d 'Print instrumentation code with your OTLP endpoint filled in'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "config" -d 'Create, check and show the configuration; switch contexts'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "completions" -d 'Print a shell completion script'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "man" -d 'Print the manual page'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l timeout -d 'Time limit for the whole run' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l only -d 'Run only these checks (repeatable; * is a wildcard)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l skip -d 'Skip these checks (repeatable; * is a wildcard)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l fail-on -d 'Exit with code 4 at this level or worse' -r -f -a "warning\t'A warning is enough'
degraded\t'Data arrives, but users see something wrong'
broken\t'Data is lost'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l app-window -d 'Count an application as sending if it sent spans within this time' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l env -d 'Read an application\'s OTEL_* variables and show what an SDK does with them: a file, a process ID, FILE:SERVICE of a Compose file, or - for standard input; without a value, read tempoctl\'s own environment' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l logs -d 'Look for known errors in a log: a path, -, docker:NAME, compose:SERVICE, kube:SELECTOR, loki:QUERY, journald:UNIT (repeatable); the component is detected from the log lines' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l compose -d 'Read a Compose project and the configuration files it mounts, report faults with file and line, and query its published ports (repeatable, like docker compose -f)' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
short\t'One paragraph, for a chat message'
json\t'The whole report as JSON'
junit\t'A JUnit report, for CI'
markdown\t'A Markdown report, for a ticket'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l save -d 'Save the evidence to a file, for a bug report or for --input' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l input -d 'Judge saved evidence instead of querying servers' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l no-marker -l read-only -d 'Send nothing; follow an application\'s newest trace instead'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l fast -d 'Skip slow checks: do not wait for search and metrics'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l list -d 'List the checks'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources; send nothing unless --otlp-endpoint is given'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s v -l verbose -d 'Show every check, and why each cause was chosen'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l name -d 'Span name; sends one span instead of a scenario\'s trace' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l kind -d 'Span kind [default: internal; exec: client]' -r -f -a "internal\t''
server\t''
client\t''
producer\t''
consumer\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l service -d 'service.name of the span [env: OTEL_SERVICE_NAME] [default: tempoctl]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l status -d 'Span status: ok, error or error:DESCRIPTION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l event -d 'Add an event: NAME or NAME@TIME, with attributes after commas: retry@now-1s,attempt=2 (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l link -d 'Add a link to another span, given as a traceparent (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l start -d 'Start of the span [default: 10 ms before its end]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l end -d 'End of the span [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l attribute -d 'Add an attribute to every span (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l resource-attribute -d 'Add an attribute to every resource (repeatable) [env: OTEL_RESOURCE_ATTRIBUTES]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l scenario -d 'Scenarios with weights: order,queue=20 [default: user-request=50,order=35,error=15]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l scenario-file -d 'Add a scenario from a file (repeatable)' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l services -d 'Number of services in a trace; services are removed or added to match' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l depth -d 'Number of span levels in a trace; levels are removed or added to match' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l error-rate -d 'Share of failing traces, in scenarios that do not always fail' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l service-prefix -d 'Prefix for every service name' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l seed -d 'Generate the same traces for the same seed (except their times)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l backdate -d 'Date traces this far in the past; metrics-generators accept up to 30 s' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l sample-ratio -d 'Share of traces that head sampling keeps, recorded in tracestate (ot=th:…)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l rate -d 'Traces per second for the whole run, or max: as fast as the receiver accepts them [default: 10]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l duration -d 'Stop after DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l count -d 'Stop after N traces' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l worker -d 'Run as worker INDEX of COUNT, with its share of --rate and --count and its own seed; INDEX starts at 0' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l step -d 'Length of each --until-rejected step' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l verify -d 'Read back a share of the accepted traces, for example 5% (at most 10,000 traces)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l connections -d 'Number of connections to the receiver' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l batch-bytes -d 'Send a request body at the latest when it reaches this size' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l retry-for -d 'How long to retry a request that was rejected temporarily; 0 to never retry' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l input -d 'Send the traces in an OTLP JSON file (- for standard input)' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l protocol -d 'Protocol: grpc, http/protobuf, http/json, zipkin, jaeger-thrift or jaeger-grpc [default: --otlp-protocol]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l compression -d 'Compression: none, gzip or zstd [env: OTEL_EXPORTER_OTLP_COMPRESSION]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l wait -d 'How far to follow the probe trace' -r -f -a "none\t'Until the receiver answers'
by-id\t'Until a query by ID finds it'
search\t'Until search finds it'
metrics\t'Until its span metrics are in Prometheus'
all\t'Through every hop'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l timeout -d 'Time limit for following and reading back' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l list -d 'List the scenarios'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l until-rejected -d 'Raise the rate step by step until the receiver rejects something'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l new-ids -d 'Replace their IDs'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l new-times -d 'Shift their times so that the last one ends now'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l print-id -d 'Print only trace IDs on standard output, and the report on standard error'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l print-traceparent -d 'Print only TRACEPARENT=… on standard output, and the report on standard error'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l dry-run -d 'Print OTLP JSON instead of sending it'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -f -a "exec" -d 'Run a command inside a span, pass it TRACEPARENT, and exit with its exit code'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and not __fish_seen_subcommand_from exec report" -f -a "report" -d 'Add up the reports of several workers: files written by send -o json, or logs that contain them'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l name -d 'Span name; sends one span instead of a scenario\'s trace' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l kind -d 'Span kind [default: internal; exec: client]' -r -f -a "internal\t''
server\t''
client\t''
producer\t''
consumer\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l service -d 'service.name of the span [env: OTEL_SERVICE_NAME] [default: tempoctl]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l status -d 'Span status: ok, error or error:DESCRIPTION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l event -d 'Add an event: NAME or NAME@TIME, with attributes after commas: retry@now-1s,attempt=2 (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l link -d 'Add a link to another span, given as a traceparent (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l start -d 'Start of the span [default: 10 ms before its end]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l end -d 'End of the span [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l attribute -d 'Add an attribute to every span (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l resource-attribute -d 'Add an attribute to every resource (repeatable) [env: OTEL_RESOURCE_ATTRIBUTES]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l protocol -d 'Protocol: grpc, http/protobuf, http/json, zipkin, jaeger-thrift or jaeger-grpc [default: --otlp-protocol]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l compression -d 'Compression: none, gzip or zstd [env: OTEL_EXPORTER_OTLP_COMPRESSION]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l print-id -d 'Print the trace ID on standard error'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l print-traceparent -d 'Print TRACEPARENT=… on standard error'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from exec" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand send; and __fish_seen_subcommand_from report" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l id -d 'Show one trace; accepts any form of its ID (prefix, traceparent, Explore URL)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l service -d 'Match spans of this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l name -d 'Match spans with this name' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l min-duration -d 'Match spans that took at least DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l status -d 'Match spans with this status: error, ok or unset' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l attribute -d 'Match spans with this attribute; also !=, =~, > and < (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l limit -d 'Show at most COUNT traces, or rows of a waterfall; 0 for no limit [default: 20, or 2000 rows on a terminal]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l focus -d 'Show only this span and its descendants' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l depth -d 'Show at most LEVELS levels of spans' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l collapse -d 'Collapse COUNT or more siblings of one kind into a row; 0 to never collapse' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l save -d 'Write the trace to a file as OTLP JSON' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l input -d 'Read traces from a file: OTLP, Tempo or Jaeger JSON, or OTLP protobuf; - for standard input' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text for a wide terminal'
json\t'One JSON document'
jsonl\t'One JSON document per line'
csv\t'CSV for spreadsheets'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l follow -d 'Show new traces as they appear'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l stream -d 'Stream results over gRPC and show each trace as Tempo finds it'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l explain-query -d 'Print the TraceQL query built from the filters, and do not send it'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l follow-links -d 'Also show the traces that links point to'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -s v -l verbose -d 'Show attributes, events, links and resources of every span'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l via-grafana -d 'Read Tempo through Grafana\'s data source'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -a "tags" -d 'List attributes and their types'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -a "values" -d 'List the values of an attribute and their types'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and not __fish_seen_subcommand_from tags values diff" -a "diff" -d 'Compare two traces, matching spans by their path'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l scope -d 'List only this scope: resource, span, event, link, instrumentation or intrinsic' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l via-grafana -d 'Read Tempo through Grafana\'s data source'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from tags" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l query -d 'List only values of spans that match this TraceQL query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l limit -d 'List at most COUNT values; 0 for no limit' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l via-grafana -d 'Read Tempo through Grafana\'s data source'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from values" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l via-grafana -d 'Read Tempo through Grafana\'s data source'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand search; and __fish_seen_subcommand_from diff" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l input -d 'Read the dashboard from a file, or - for standard input; without --grafana-url, query Prometheus and Tempo directly' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l from -d 'Start of the time range, instead of the dashboard\'s own' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l to -l until -d 'End of the time range' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l since -d 'How far back to look, instead of the dashboard\'s own time range' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l var -d 'Set a dashboard variable (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l timeout -d 'Time limit for the whole run' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'The whole report as JSON'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -s v -l verbose -d 'Show queries, evidence and links into Explore'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand dashboard" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l search -d 'List the causes that contain these words' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l hop -d 'List the causes of one hop' -r -f -a "app\t''
collector\t''
receiver\t''
ingest\t''
storage\t''
query\t''
generator\t''
remote-write\t''
prometheus\t''
grafana\t''
dashboard\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'
markdown\t'A Markdown page'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l list -d 'List every cause'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -f -a "services" -d 'Show rate, errors and durations by service (default)'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -f -a "operations" -d 'Show rate, errors and durations by operation'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -f -a "graph" -d 'Show the edges of the service graph as a table and as a tree'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -f -a "tempo" -d 'Show Tempo\'s own health against the thresholds of its official alerts'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -f -a "query" -d 'Chart a PromQL expression'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and not __fish_seen_subcommand_from services operations graph tempo query traceql" -f -a "traceql" -d 'Chart a TraceQL metrics query, answered by Tempo itself'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from services" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from operations" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from graph" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from tempo" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l step -d 'Interval between two points' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l instant -d 'Show only the value at the end of the range'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from query" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l step -d 'Interval between two points' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l service -d 'Show only this service' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l sort -d 'Sort rows by COLUMN' -r -f -a "rate\t'Busiest first'
errors\t'Largest share of errors first'
p95\t'Slowest first'
name\t'By name'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l limit -d 'Show at most COUNT rows or series; 0 for all' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
wide\t'Text with nothing truncated'
json\t'One JSON document'
csv\t'CSV for spreadsheets'
dot\t'Graphviz (graph only)'
mermaid\t'Mermaid (graph only)'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l watch -d 'Repeat every DURATION' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l timeout -d 'Time limit for each query' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l instant -d 'Show only the value at the end of the range'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l markers -d 'Include tempoctl\'s own marker traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l via-grafana -d 'Read Tempo and Prometheus through Grafana\'s data sources'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand metrics; and __fish_seen_subcommand_from traceql" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l scenario -d 'Scenario to simulate; `tempoctl lab --list` shows them' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l prometheus -d 'Run a real Prometheus behind the lab: its path, or `auto` for the one on PATH, if any' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l pace -d 'Speed of the lab\'s clocks: `real` keeps Tempo\'s defaults, with which metrics take half a minute' -r -f -a "fast\t''
real\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l announce -d 'File that a background lab writes its state to; the lab stops when the file is deleted' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l list -d 'List the scenarios'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l free-ports -d 'Listen on free ports instead of 3200, 4317, 4318 and 9090'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -f -a "run" -d 'Start a scenario, run one tempoctl command against it, and stop'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -f -a "up" -d 'Start a scenario in the background'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -f -a "down" -d 'Stop what `up` started'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -f -a "log" -d 'Print the latest output of the stack, or of its test traffic with --generator'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down log traffic" -f -a "traffic" -d 'Send test traffic until a file is deleted'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus -d 'Run a real Prometheus behind the lab: its path, or `auto` for the one on PATH, if any' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l pace -d 'Speed of the lab\'s clocks: `real` keeps Tempo\'s defaults, with which metrics take half a minute' -r -f -a "fast\t''
real\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l expect-exit -d 'Exit with 0 if the command exits with this code, and with another code otherwise' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l scenario -d 'Scenario to simulate; `tempoctl lab --list` shows them' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus -d 'Run a real Prometheus behind the lab: its path, or `auto` for the one on PATH, if any' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l pace -d 'Speed of the lab\'s clocks: `real` keeps Tempo\'s defaults, with which metrics take half a minute' -r -f -a "fast\t''
real\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prefer-compose -d 'Use the real stack in this Compose file if Docker runs, and the lab otherwise' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l free-ports -d 'Listen on free ports instead of 3200, 4317, 4318 and 9090'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l generator -d 'Act on the test traffic instead of the stack'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prefer-compose -d 'Use the real stack in this Compose file if Docker runs, and the lab otherwise' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l generator -d 'Act on the test traffic instead of the stack'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l prefer-compose -d 'Use the real stack in this Compose file if Docker runs, and the lab otherwise' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l generator -d 'Act on the test traffic instead of the stack'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from log" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l to -d 'URL to send to' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l announce -d 'File to watch' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from traffic" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l of -d 'Component to find logs of' -r -f -a "tempo\t'Tempo'
prometheus\t'Prometheus'
grafana\t'Grafana'
collector\t'The collector or Alloy'
generator\t'Tempo\'s metrics-generator'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l since -d 'How far back to look' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l from -d 'Start of the time range: RFC 3339, Unix time or now-1h' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l to -l until -d 'End of the time range [default: now]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s n -l tail -d 'Show only the last COUNT entries' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s l -l level -d 'Show only entries of this level or above' -r -f -a "trace\t''
debug\t''
info\t''
warn\t''
error\t''
fatal\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s g -l grep -d 'Show only entries that match this regular expression' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l trace-id -d 'Show only entries that mention this trace' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l kube-context -d 'kubectl context to use' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l kube-namespace -d 'Kubernetes namespace to search' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document: grouped entries and known errors'
jsonl\t'One JSON object per entry'
raw\t'Lines as they were logged'
logfmt\t'Every entry as logfmt'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s f -l follow -d 'Keep printing new entries'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l no-fold -d 'Show every entry instead of grouping repeated ones'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s v -l verbose -d 'Show every field, and full stack traces'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l show-secrets -d 'Show secrets instead of masking them'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand logs" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l service -d 'Service name to use in the code' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -s o -l output -d 'Output format' -r -f -a "human\t'Only the code'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l list -d 'List the languages'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand snippet" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "init" -d 'Write a commented configuration file'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "check" -d 'Check the file, environment variables and flags, and report every error'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "show" -d 'Show every setting and where it came from'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "contexts" -d 'List the contexts in the configuration file'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "use" -d 'Set the current context'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l force -d 'Replace an existing file'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -s o -l output -d 'Output format' -r -f -a "human\t'Text for a terminal'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l static -d 'Print a script that never calls tempoctl: it completes commands and flags, but no live names'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l color -d 'When to colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l context -d 'Context to use from the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo (repeatable) [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l header -d 'Header for Tempo\'s API (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-endpoint -d 'OTLP endpoint that spans are sent to [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-protocol -d 'OTLP protocol: grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-header -d 'Header for OTLP (repeatable) [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l tempo-otlp-endpoint -d 'Tempo\'s OTLP receiver behind the collector [default: from Tempo\'s configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-url -d 'URL of Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-header -d 'Header for Prometheus (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-org-id -d 'Mimir tenant [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-url -d 'URL of Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-token-file -d 'File with a Grafana service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-user -d 'Grafana user; set the password in GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-org-id -d 'ID of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-header -d 'Header for Grafana (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-url -d 'URL of Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-header -d 'Header for Loki (repeatable)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-org-id -d 'Loki tenant [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l collector-metrics-url -d 'URL of the metrics that the collector or Alloy exposes about itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l tls-skip-verify -d 'Do not verify the TLS certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-insecure -d 'Use plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -s V -l version -d 'Print version'
