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

complete -c tempoctl -n "__fish_tempoctl_needs_command" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "doctor" -d 'Find where the pipeline loses data, why, and what to change'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "explain" -d 'Explain a cause: what it means, how it is recognised, how to fix it'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "lab" -d 'Start a simulated stack, sound or broken in a named way'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "config" -d 'Show, check and choose settings'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "completions" -d 'Print a script that completes tempoctl\'s command line'
complete -c tempoctl -n "__fish_tempoctl_needs_command" -f -a "man" -d 'Print the manual page'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l timeout -d 'How long the whole run may take' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l only -d 'Run only these checks (repeatable, * matches)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l skip -d 'Leave these checks out (repeatable, * matches)' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l fail-on -d 'Exit 4 from this level on' -r -f -a "warning\t'A warning suffices'
degraded\t'Something users see is wrong'
broken\t'Data is lost'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l app-window -d 'An application that sent within this time counts as sending' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s o -l output -d 'Format' -r -f -a "human\t'For people'
short\t'One paragraph for a chat'
json\t'The whole report'
junit\t'For CI'
markdown\t'For a ticket'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l save -d 'Write the evidence to a file, for a bug report or a later look' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l input -d 'Judge saved evidence instead of asking servers' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l watch -d 'Examine again and again, this far apart' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l no-marker -l read-only -d 'Push nothing: follow an application\'s newest trace instead'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l fast -d 'Ask only what answers at once'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l list -d 'List the checks'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s v -l verbose -d 'Show every check, and why a cause was chosen'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand doctor" -s V -l version -d 'Print version'
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
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -s o -l output -d 'The form of the answer' -r -f -a "human\t'For a person at a terminal'
json\t'One JSON document'
markdown\t'A Markdown page'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l list -d 'List every cause'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand explain" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l scenario -d 'Which stack, broken how' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l prometheus -d 'Put a real Prometheus behind it: its path, or `auto` for the one on PATH if there is one' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l pace -d 'How fast its clocks tick: `real` keeps Tempo\'s defaults, where metrics take half a minute' -r -f -a "fast\t''
real\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l announce -d 'Where a background lab says how it is; it stops when the file is gone' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l list -d 'List the scenarios'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l free-ports -d 'Listen on free ports instead of 3200, 4317, 4318 and 9090'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -f -a "run" -d 'Start a scenario, run one tempoctl command against it, stop'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -f -a "up" -d 'Start a scenario in the background'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and not __fish_seen_subcommand_from run up down" -f -a "down" -d 'Stop what `up` started'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus -d 'Put a real Prometheus behind it: its path, or `auto` for the one on PATH if there is one' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l pace -d 'How fast its clocks tick: `real` keeps Tempo\'s defaults, where metrics take half a minute' -r -f -a "fast\t''
real\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l expect-exit -d 'Exit with 0 if the command exits with this code, and not with 0 otherwise' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l scenario -d 'Which stack, broken how' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus -d 'Put a real Prometheus behind it: its path, or `auto` for the one on PATH if there is one' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l pace -d 'How fast its clocks tick: `real` keeps Tempo\'s defaults, where metrics take half a minute' -r -f -a "fast\t''
real\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l free-ports -d 'Listen on free ports instead of 3200, 4317, 4318 and 9090'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from up" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand lab; and __fish_seen_subcommand_from down" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "init" -d 'Write a commented configuration file'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "check" -d 'Check file, variables and flags; tell every error'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "show" -d 'Show every setting and where it came from'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "contexts" -d 'List the contexts of the file'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and not __fish_seen_subcommand_from init check show contexts use" -f -a "use" -d 'Choose the context that counts from now on'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l force -d 'Replace an existing file'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from init" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'human or json' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -s o -l output -d 'human or json' -r -f -a "human\t'For people'
json\t'One JSON document'"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from contexts" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand config; and __fish_seen_subcommand_from use" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand completions" -s V -l version -d 'Print version'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l color -d 'Colour the output' -r -f -a "auto\t''
always\t''
never\t''"
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l config -d 'Configuration file' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l context -d 'Context of the configuration file' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l tempo-url -d 'Tempo\'s query API [env: TEMPO_URL] [default: http://localhost:3200]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l org-id -d 'Tenant, sent verbatim as X-Scope-OrgID to OTLP and Tempo; repeat for several [env: TEMPO_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l header -d 'Header for Tempo\'s API, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l ca-cert -d 'CA certificate (PEM) for Tempo\'s API [env: TEMPO_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l cert -d 'Client certificate (PEM) for Tempo\'s API [env: TEMPO_CLIENT_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l key -d 'Client key (PEM) for Tempo\'s API [env: TEMPO_CLIENT_KEY_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-endpoint -d 'Where the sender sends [env: OTEL_EXPORTER_OTLP_ENDPOINT] [default: http://localhost:4318]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-protocol -d 'grpc, http/protobuf or http/json [env: OTEL_EXPORTER_OTLP_PROTOCOL] [default: http/protobuf]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-header -d 'Header for OTLP, repeatable [env: OTEL_EXPORTER_OTLP_HEADERS]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-ca-cert -d 'CA certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-cert -d 'Client certificate (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-key -d 'Client key (PEM) for OTLP [env: OTEL_EXPORTER_OTLP_CLIENT_KEY]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l tempo-otlp-endpoint -d 'Tempo\'s receiver behind the collector [default: from Tempo\'s own configuration]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-url -d 'Prometheus or Mimir [env: PROMETHEUS_URL] [default: http://localhost:9090]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-header -d 'Header for Prometheus, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-org-id -d 'Tenant of Mimir [env: PROMETHEUS_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-token-file -d 'File with a bearer token for Prometheus [env: PROMETHEUS_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l prometheus-ca-cert -d 'CA certificate (PEM) for Prometheus [env: PROMETHEUS_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-url -d 'Grafana [env: GRAFANA_URL] [default: http://localhost:3000]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-token-file -d 'File with a service account token [env: GRAFANA_SERVICE_ACCOUNT_TOKEN]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-user -d 'Grafana user; the password comes from GRAFANA_PASSWORD' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-org-id -d 'Number of the Grafana organisation [env: GRAFANA_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-header -d 'Header for Grafana, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l grafana-ca-cert -d 'CA certificate (PEM) for Grafana [env: GRAFANA_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-url -d 'Loki [env: LOKI_ADDR]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-header -d 'Header for Loki, repeatable' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-org-id -d 'Tenant of Loki [env: LOKI_ORG_ID]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-token-file -d 'File with a bearer token for Loki [env: LOKI_BEARER_TOKEN_FILE]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l loki-ca-cert -d 'CA certificate (PEM) for Loki [env: LOKI_CA_CERT_PATH]' -r -F
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l collector-metrics-url -d 'Metrics of the collector or Alloy itself [env: COLLECTOR_METRICS_URL]' -r
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l no-proxy -d 'Ignore HTTP_PROXY, HTTPS_PROXY and NO_PROXY'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l tls-skip-verify -d 'Do not verify the certificate of Tempo\'s API [env: TEMPO_TLS_SKIP_VERIFY]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -l otlp-insecure -d 'Plaintext for a gRPC endpoint without a scheme [env: OTEL_EXPORTER_OTLP_INSECURE]'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tempoctl -n "__fish_tempoctl_using_subcommand man" -s V -l version -d 'Print version'
