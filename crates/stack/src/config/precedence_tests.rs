use super::super::samples::resolve_settings;
use super::*;

/// One setting at a time: its flag, variable and line in the file, and what each gives; a flag `-` does not exist.
struct SettingCase {
    name: &'static str,
    flag: &'static str,
    variable: &'static str,
    line: &'static str,
    /// Printed value by flag, variable, file and default.
    values: [&'static str; 4],
    read: fn(&Settings) -> (String, Origin),
}

fn url(api: &ApiTarget) -> (String, Origin) {
    (api.url.value.to_string(), api.url.origin.clone())
}

fn shown<T: std::fmt::Debug>(value: &Sourced<T>) -> (String, Origin) {
    (format!("{:?}", value.value), value.origin.clone())
}

fn pem(value: &Option<Sourced<crate::config::PemFile>>) -> (String, Origin) {
    let pem = value
        .as_ref()
        .map(|pem| (pem.value.path.display().to_string(), pem.origin.clone()));
    pem.unwrap_or_else(|| ("-".to_owned(), Origin::Default))
}

fn org(api: &ApiTarget) -> (String, Origin) {
    let id = api.org_id.as_ref().map(|id| (id.value.clone(), id.origin.clone()));
    id.unwrap_or_else(|| ("-".to_owned(), Origin::Default))
}

fn auth(api: &ApiTarget) -> (String, Origin) {
    let value = api
        .auth
        .header_value()
        .map_or("-".to_owned(), |value| value.expose().to_owned());
    (value, api.auth.origin().cloned().unwrap_or(Origin::Default))
}

fn optional<T, U>(value: &Option<T>, read: fn(&T) -> (String, U)) -> (String, Option<U>) {
    value
        .as_ref()
        .map(read)
        .map_or(("-".to_owned(), None), |(text, from)| (text, Some(from)))
}

fn maybe(api: &Option<ApiTarget>, read: fn(&ApiTarget) -> (String, Origin)) -> (String, Origin) {
    let (text, origin) = optional(api, read);
    (text, origin.unwrap_or(Origin::Default))
}

const SETTINGS: &[SettingCase] = &[
    SettingCase {
        name: "tempo url",
        flag: "--tempo-url http://flag",
        variable: "TEMPO_URL=http://env",
        line: "tempo_url = \"http://file\"",
        values: ["http://flag/", "http://env/", "http://file/", "http://localhost:3200/"],
        read: |s| url(&s.tempo),
    },
    SettingCase {
        name: "tempo url, other name",
        flag: "--tempo-url flag",
        variable: "TEMPO_ADDR=env",
        line: "tempo_url = \"file\"",
        values: [
            "http://flag:3200/",
            "http://env:3200/",
            "http://file:3200/",
            "http://localhost:3200/",
        ],
        read: |s| url(&s.tempo),
    },
    SettingCase {
        name: "prometheus url",
        flag: "--prometheus-url http://flag",
        variable: "PROMETHEUS_URL=http://env",
        line: "prometheus_url = \"http://file\"",
        values: ["http://flag/", "http://env/", "http://file/", "http://localhost:9090/"],
        read: |s| url(&s.prometheus),
    },
    SettingCase {
        name: "grafana url",
        flag: "--grafana-url http://flag",
        variable: "GRAFANA_SERVER=http://env",
        line: "grafana_url = \"http://file\"",
        values: ["http://flag/", "http://env/", "http://file/", "http://localhost:3000/"],
        read: |s| url(&s.grafana),
    },
    SettingCase {
        name: "loki url",
        flag: "--loki-url http://flag",
        variable: "LOKI_ADDR=http://env",
        line: "loki_url = \"http://file\"",
        values: ["http://flag/", "http://env/", "http://file/", "-"],
        read: |s| maybe(&s.loki, url),
    },
    SettingCase {
        name: "collector metrics url",
        flag: "--collector-metrics-url http://flag",
        variable: "COLLECTOR_METRICS_URL=http://env/metrics",
        line: "collector_metrics_url = \"http://file\"",
        values: ["http://flag/", "http://env/metrics", "http://file/", "-"],
        read: |s| maybe(&s.collector_metrics, url),
    },
    SettingCase {
        name: "otlp endpoint",
        flag: "--otlp-endpoint http://flag",
        variable: "OTEL_EXPORTER_OTLP_ENDPOINT=http://env",
        line: "otlp_endpoint = \"http://file\"",
        values: [
            "\"http://flag/v1/traces\"",
            "\"http://env/v1/traces\"",
            "\"http://file/v1/traces\"",
            "\"http://localhost:4318/v1/traces\"",
        ],
        read: |s| {
            shown(&Sourced::new(
                s.otlp.traces_url.as_str(),
                s.otlp.endpoint.origin.clone(),
            ))
        },
    },
    SettingCase {
        name: "otlp protocol",
        flag: "--otlp-protocol grpc",
        variable: "OTEL_EXPORTER_OTLP_PROTOCOL=http/json",
        line: "otlp_protocol = \"grpc\"",
        values: ["Grpc", "HttpJson", "Grpc", "HttpProtobuf"],
        read: |s| shown(&s.otlp.protocol),
    },
    SettingCase {
        name: "otlp timeout",
        flag: "-",
        variable: "OTEL_EXPORTER_OTLP_TIMEOUT=2000",
        line: "otlp_timeout = \"3s\"",
        values: ["", "2s", "3s", "10s"],
        read: |s| shown(&s.otlp.timeout),
    },
    SettingCase {
        name: "otlp compression",
        flag: "-",
        variable: "OTEL_EXPORTER_OTLP_COMPRESSION=none",
        line: "otlp_compression = \"gzip\"",
        values: ["", "None", "Gzip", "None"],
        read: |s| shown(&s.otlp.compression),
    },
    SettingCase {
        name: "otlp insecure",
        flag: "--otlp-insecure",
        variable: "OTEL_EXPORTER_OTLP_INSECURE=false",
        line: "otlp_insecure = true",
        values: ["true", "false", "true", "false"],
        read: |s| shown(&s.otlp.insecure),
    },
    SettingCase {
        name: "otlp ca",
        flag: "--otlp-ca-cert /ca-flag",
        variable: "OTEL_EXPORTER_OTLP_CERTIFICATE=/ca-env",
        line: "otlp_ca_cert = \"/ca-file\"",
        values: ["/ca-flag", "/ca-env", "/ca-file", "-"],
        read: |s| pem(&s.otlp.tls.ca_cert),
    },
    SettingCase {
        name: "otlp key",
        flag: "--otlp-cert /cert --otlp-key /key",
        variable: "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=/cert OTEL_EXPORTER_OTLP_CLIENT_KEY=/key",
        line: "otlp_cert = \"/cert\"\notlp_key = \"/key\"",
        values: ["/key", "/key", "/key", "-"],
        read: |s| pem(&s.otlp.tls.key),
    },
    SettingCase {
        name: "tempo behind the collector",
        flag: "--tempo-otlp-endpoint http://flag",
        variable: "",
        line: "tempo_otlp_endpoint = \"http://file\"",
        values: ["http://flag/", "", "http://file/", "-"],
        read: |s| {
            let (text, origin) = optional(&s.tempo_otlp, |receiver| {
                (receiver.endpoint.value.to_string(), receiver.endpoint.origin.clone())
            });
            (text, origin.unwrap_or(Origin::Default))
        },
    },
    SettingCase {
        name: "tenants",
        flag: "--org-id flag --tenant other",
        variable: "TEMPO_ORG_ID=env|more",
        line: "org_id = [\"file\", 7]",
        values: ["[\"flag\", \"other\"]", "[\"env|more\"]", "[\"file\", \"7\"]", "[]"],
        read: |s| shown(&s.tenants),
    },
    SettingCase {
        name: "no proxy",
        flag: "--no-proxy",
        variable: "",
        line: "no_proxy = true",
        values: ["true", "", "true", "false"],
        read: |s| shown(&s.no_proxy),
    },
    SettingCase {
        name: "tempo ca",
        flag: "--ca-cert /ca-flag",
        variable: "TEMPO_CA_CERT_PATH=/ca-env",
        line: "ca_cert = \"ca-file\"",
        values: ["/ca-flag", "/ca-env", "/home/me/ca-file", "-"],
        read: |s| pem(&s.tempo.tls.ca_cert),
    },
    SettingCase {
        name: "tempo key",
        flag: "--cert /cert --key /key",
        variable: "TEMPO_CLIENT_CERT_PATH=/cert TEMPO_CLIENT_KEY_PATH=/key",
        line: "cert = \"/cert\"\nkey = \"/key\"",
        values: ["/key", "/key", "/key", "-"],
        read: |s| pem(&s.tempo.tls.key),
    },
    SettingCase {
        name: "tempo skip verify",
        flag: "--tls-skip-verify",
        variable: "TEMPO_TLS_SKIP_VERIFY=0",
        line: "tls_skip_verify = true",
        values: ["true", "false", "true", "false"],
        read: |s| shown(&s.tempo.tls.skip_verify),
    },
    SettingCase {
        name: "tempo token",
        flag: "-",
        variable: "TEMPO_BEARER_TOKEN=env",
        line: "tempo_token_file = \"~/token\"",
        values: ["", "Bearer env", "Bearer SECRETtokenhome", "-"],
        read: |s| auth(&s.tempo),
    },
    SettingCase {
        name: "tempo login",
        flag: "--tempo-url http://u:p@flag",
        variable: "TEMPO_USERNAME=u TEMPO_PASSWORD=q",
        line: "tempo_username = \"u\"\ntempo_password_file = \"/password\"",
        values: ["Basic dTpw", "Basic dTpx", "Basic dTpTRUNSRVRwYXNzd29yZA==", "-"],
        read: |s| auth(&s.tempo),
    },
    SettingCase {
        name: "prometheus token",
        flag: "--prometheus-token-file /token-flag",
        variable: "PROMETHEUS_BEARER_TOKEN_FILE=/token-env",
        line: "prometheus_token_file = \"/token-file\"",
        values: [
            "Bearer SECRETtokenflag",
            "Bearer SECRETtokenenv",
            "Bearer SECRETtokenfile",
            "-",
        ],
        read: |s| auth(&s.prometheus),
    },
    SettingCase {
        name: "prometheus tenant",
        flag: "--prometheus-org-id flag",
        variable: "PROMETHEUS_ORG_ID=env",
        line: "prometheus_org_id = 7",
        values: ["flag", "env", "7", "-"],
        read: |s| org(&s.prometheus),
    },
    SettingCase {
        name: "prometheus ca",
        flag: "--prometheus-ca-cert /ca-flag",
        variable: "PROMETHEUS_CA_CERT_PATH=/ca-env",
        line: "prometheus_ca_cert = \"/ca-file\"",
        values: ["/ca-flag", "/ca-env", "/ca-file", "-"],
        read: |s| pem(&s.prometheus.tls.ca_cert),
    },
    SettingCase {
        name: "grafana token",
        flag: "--grafana-token-file /token-flag",
        variable: "GRAFANA_SERVICE_ACCOUNT_TOKEN=env GRAFANA_USERNAME=u GRAFANA_PASSWORD=p",
        line: "grafana_token_file = \"/token-file\"",
        values: ["Bearer SECRETtokenflag", "Bearer env", "Bearer SECRETtokenfile", "-"],
        read: |s| auth(&s.grafana),
    },
    SettingCase {
        name: "grafana login",
        flag: "--grafana-user u:p",
        variable: "GRAFANA_USER=u GRAFANA_PASSWORD=q",
        line: "grafana_username = \"u\"\ngrafana_password_file = \"/password\"",
        values: ["Basic dTpw", "Basic dTpx", "Basic dTpTRUNSRVRwYXNzd29yZA==", "-"],
        read: |s| auth(&s.grafana),
    },
    SettingCase {
        name: "grafana organisation",
        flag: "--grafana-org-id 1",
        variable: "GRAFANA_ORG_ID=2",
        line: "grafana_org_id = 3",
        values: ["1", "2", "3", "-"],
        read: |s| org(&s.grafana),
    },
    SettingCase {
        name: "grafana ca",
        flag: "--grafana-ca-cert /ca-flag",
        variable: "GRAFANA_TLS_CA_FILE=/ca-env",
        line: "grafana_ca_cert = \"/ca-file\"",
        values: ["/ca-flag", "/ca-env", "/ca-file", "-"],
        read: |s| pem(&s.grafana.tls.ca_cert),
    },
];

#[test]
fn a_flag_beats_a_variable_beats_the_file_beats_the_default() {
    for setting in SETTINGS {
        let SettingCase {
            flag, variable, line, ..
        } = *setting;
        for (rank, expected) in [(3, 0), (2, 1), (1, 2), (0, 3)] {
            let absent = (rank == 3 && flag == "-") || (rank == 2 && variable.is_empty());
            if absent {
                continue;
            }
            let settings = resolve_settings(
                if rank >= 3 { flag } else { "" },
                if rank >= 2 { variable } else { "" },
                if rank >= 1 { line } else { "" },
            );
            let (value, origin) = (setting.read)(&settings);
            assert_eq!(value, setting.values[expected], "{} at rank {rank}", setting.name);
            assert_eq!(origin.rank(), rank, "{}: {origin}", setting.name);
        }
    }
}

/// What the table above leaves out differs only in its names, so it is gone through by name.
#[test]
fn every_target_reads_its_own_variables_and_keys() {
    use super::super::show::list_setting_rows;
    for target in TARGETS {
        let name = target.name.to_uppercase();
        let mut settings_of = vec![
            (target.url, "http://env", "\"http://file\"", "http://env", "http://file"),
            (target.org_id, "1", "2", "1", "2"),
            (target.tls.ca_cert, "/ca-env", "\"/ca-file\"", "/ca-env", "/ca-file"),
            (target.tls.cert, "/cert", "\"/cert\"", "/cert", "/cert"),
            (target.tls.key, "/key", "\"/key\"", "/key", "/key"),
            (target.tls.skip_verify, "false", "true", "false", "true"),
        ];
        let body: String = settings_of
            .iter()
            .map(|(setting, _, file, ..)| format!("{} = {file}\n", setting.key))
            .collect();
        let url = format!("{}=http://env", target.url.env[0]);
        for (setting, env, _, by_variable, by_file) in settings_of.drain(..) {
            for variable in setting.env {
                let given = resolve_settings("", &format!("{url} {variable}={env}"), &body);
                let row = list_setting_rows(&given)
                    .into_iter()
                    .find(|row| row.name == setting.key)
                    .expect(setting.key);
                assert_eq!(row.words(), by_variable, "{variable}");
                if setting.key != target.url.key {
                    assert_eq!(row.origin, Some(Origin::Env(variable)), "{name}");
                }
            }
            let given = resolve_settings("", "", &body);
            let row = list_setting_rows(&given)
                .into_iter()
                .find(|row| row.name == setting.key)
                .expect(setting.key);
            assert_eq!(row.words(), by_file, "{}", setting.key);
        }
        for variable in target.token {
            let given = resolve_settings("", &format!("{url} {variable}=SECRET"), "");
            let (_, api) = given.apis().find(|(name, _)| *name == target.name).expect("given");
            assert_eq!(auth(api), ("Bearer SECRET".to_owned(), Origin::Env(variable)));
        }
        for user in target.user.env {
            let given = resolve_settings("", &format!("{url} {user}=u {}=p", target.password[0]), "");
            let (_, api) = given.apis().find(|(name, _)| *name == target.name).expect("given");
            assert_eq!(auth(api), ("Basic dTpw".to_owned(), Origin::Env(target.password[0])));
        }
    }
}
