use super::super::error::ConfigErrors;
use super::super::samples::{
    build_files, parse_args, parse_env, resolve_sample, resolve_settings, trusted_file, untrusted_file,
};
use super::*;
use crate::config::Auth;

fn errors(flags: &str, variables: &str, body: &str) -> Vec<String> {
    let ConfigErrors(errors) = resolve_sample(flags, variables, body).expect_err("something is wrong");
    errors.iter().map(ToString::to_string).collect()
}

fn with_untrusted_file(flags: &str, variables: &str, body: &str) -> Result<Settings, ConfigErrors> {
    Settings::resolve(
        &parse_args(flags),
        &parse_env(variables),
        Some(&untrusted_file(body)),
        &build_files(),
    )
}

#[test]
fn tempo_and_the_sender_always_count_as_given() {
    let settings = resolve_settings("", "GRAFANA_URL=http://g", "");
    assert!(settings.tempo.given && settings.grafana.given);
    assert!(!settings.prometheus.given && !settings.tempo.url.is_given());
    assert!(settings.loki.is_none() && settings.collector_metrics.is_none());
}

#[test]
fn every_error_is_told_at_once() {
    let told = errors(
        "--tempo-url localhost:0 --header nope --ca-cert /missing --cert /cert --grafana-user me",
        "PROMETHEUS_URL=ftp://x PROMETHEUS_TLS_SKIP_VERIFY=perhaps LOKI_ADDR=::1",
        "tempo_token_file = \"/empty\"",
    );
    assert_eq!(
        told,
        [
            "error: --tempo-url: 'localhost:0' has no valid port (1 to 65535)\n  try: --tempo-url http://localhost:3200",
            "error: /home/me/config.toml:2: tempo_token_file: '/empty' is empty; it must contain only the secret",
            "error: --header: the header has no '='\n  try: --header Name=value",
            "error: --ca-cert: cannot read '/missing': no such file",
            "error: --cert: a certificate without its key\n  try: --key FILE",
            "error: PROMETHEUS_URL: 'ftp://x' has a scheme other than http or https\n  \
               try: PROMETHEUS_URL=http://localhost:9090",
            "error: PROMETHEUS_TLS_SKIP_VERIFY: 'perhaps' is not true or false\n  \
               try: PROMETHEUS_TLS_SKIP_VERIFY=true",
            "error: --grafana-user: a user without a password\n  try: GRAFANA_PASSWORD=…",
            "error: LOKI_ADDR: '::1' has more than one ':'; put an IPv6 address in brackets\n  \
               try: LOKI_ADDR=http://[::1]",
        ]
    );
}

#[test]
fn what_is_wrong_with_a_server_that_is_not_asked_is_no_error() {
    let args = parse_args("--otlp-ca-cert /missing --prometheus-url localhost:0 --tempo-url http://t:1");
    let env = parse_env("OTEL_EXPORTER_OTLP_ENDPOINT=ftp://x");
    let resolve = |args: &ConnectionArgs| Settings::resolve(args, &env, None, &build_files());
    let ConfigErrors(told) = resolve(&args).expect_err("every server is asked");
    assert_eq!(told.len(), 3);
    let settings = resolve(&args.asking(&[Server::Tempo, Server::Grafana])).expect("nothing is wrong with these");
    assert_eq!(settings.tempo.url.value.as_str(), "http://t:1/");
    assert_eq!(settings.prometheus.url.origin, Origin::Default);
    assert_eq!(settings.otlp.endpoint.origin, Origin::Default);
    let ConfigErrors(told) = resolve(&args.asking(&[Server::Receiver])).expect_err("the receiver is asked");
    assert_eq!(told.len(), 2);
}

#[test]
fn a_query_in_an_address_is_refused_and_not_shown() {
    let told = errors("--tempo-url http://localhost:3200/?token=s3cret", "", "");
    assert_eq!(
        told,
        [
            "error: --tempo-url: the address must have no query: everything after '?' or '#' would be lost\n  \
            try: --tempo-url http://localhost:3200"
        ]
    );
}

#[test]
fn a_certificate_must_be_one() {
    let told = errors("--ca-cert /key", "", "");
    assert_eq!(told, ["error: --ca-cert: '/key' has no PEM block with a certificate"]);
}

#[test]
fn no_credential_crosses_over() {
    let settings = resolve_settings(
        "--header X-A=SECRETa --grafana-user u:SECRETb --ca-cert /ca-flag --tls-skip-verify --loki-url l",
        "PROMETHEUS_BEARER_TOKEN=SECRETc LOKI_USERNAME=l LOKI_PASSWORD=SECRETd OTEL_EXPORTER_OTLP_HEADERS=o=SECRETe",
        "",
    );
    let loki = settings.loki.as_ref().expect("given");
    assert_eq!(settings.tempo.auth, Auth::None);
    assert_eq!(
        settings.prometheus.auth.header_value().expect("a token").expose(),
        "Bearer SECRETc"
    );
    assert_eq!(
        loki.auth.header_value().expect("a login").expose(),
        "Basic bDpTRUNSRVRk"
    );
    for other in [&settings.prometheus, &settings.grafana, loki] {
        assert!(other.headers.is_empty() && other.tls.ca_cert.is_none() && !other.tls.skip_verify.value);
    }
    assert_eq!(settings.otlp.headers.len(), 1);
    assert!(settings.otlp.tls.ca_cert.is_none());
}

#[test]
fn half_a_login_is_not_used_and_said() {
    let settings = resolve_settings("", "TEMPO_USERNAME=me LOKI_PASSWORD=SECRET", "loki_url = \"l\"");
    let notes: Vec<String> = settings.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "note: TEMPO_USERNAME: a user without a password: ignored",
            "note: LOKI_PASSWORD: a password without a user: ignored"
        ]
    );
}

#[test]
fn a_file_in_the_working_directory_receives_no_secrets() {
    let body =
        "tempo_url = \"http://theirs\"\nheaders = { X-A = \"1\" }\nca_cert = \"/ca-file\"\notlp_endpoint = \"o\"";
    let variables = "TEMPO_BEARER_TOKEN=SECRETa OTEL_EXPORTER_OTLP_HEADERS=k=SECRETb TEMPO_CLIENT_CERT_PATH=/cert \
                     TEMPO_CLIENT_KEY_PATH=/key";
    let settings = with_untrusted_file("--org-id t", variables, body).expect("notes, no errors");
    assert_eq!(settings.tempo.auth, Auth::None);
    assert!(settings.otlp.headers.is_empty() && settings.tempo.tls.key.is_none());
    assert_eq!(
        settings.tempo.headers.len(),
        1,
        "its own header goes to its own address"
    );
    assert!(settings.tempo.tls.ca_cert.is_some() && settings.tenants.is_given());
    assert_eq!(
        settings.notes[0].to_string(),
        "note: TEMPO_BEARER_TOKEN: not sent: the address comes from tempoctl.toml:2 (context prod), found in the working \
         directory; pass --config tempoctl.toml if you trust it"
    );
    assert!(!format!("{settings:?}").contains("SECRET"));
    assert_eq!(settings.redactor().redact("SECRETa SECRETb"), "redacted redacted");

    let refused = with_untrusted_file("--header X-B=SECRETc", "", body).expect_err("a flag is meant to be sent");
    assert_eq!(
        refused.to_string(),
        "error: --header: not sent: the address comes from tempoctl.toml:2 (context prod), found in the working \
         directory\n  try: --config tempoctl.toml    (if you trust it)"
    );
}

#[test]
fn a_file_in_the_working_directory_shapes_only_what_it_names() {
    let body = "tls_skip_verify = true\nheaders = { X-A = \"1\" }\nca_cert = \"/ca-file\"";
    let settings =
        with_untrusted_file("", "TEMPO_URL=https://mine TEMPO_BEARER_TOKEN=SECRETa", body).expect("notes, no errors");
    assert!(!settings.tempo.tls.skip_verify.value && settings.tempo.tls.ca_cert.is_none());
    assert!(settings.tempo.headers.is_empty());
    assert_ne!(settings.tempo.auth, Auth::None);
    assert_eq!(settings.notes.len(), 3);
}

/// Every way in for a secret at once; each secret starts with `SECRET`.
const EVERY_WAY: (&str, &str, &str) = (
    "--tempo-url http://u:SECRETf0@t --header Authorization=Bearer_SECRETf1 --otlp-endpoint http://u:SECRETf2@o \
     --otlp-header k=SECRETf3 --prometheus-url http://u:SECRETf4@p --prometheus-header k=SECRETf5 \
     --grafana-user u:SECRETf6 --grafana-url http://u:SECRETf7@g --loki-url http://SECRETf8@l --loki-token-file /token-flag \
     --collector-metrics-url http://u:SECRETf9@c --tempo-otlp-endpoint http://u:SECRETg0@b",
    "TEMPO_URL=http://u:SECRETe0@t TEMPO_PASSWORD=SECRETe1 TEMPO_USERNAME=u TEMPO_BEARER_TOKEN=SECRETe2 \
     OTEL_EXPORTER_OTLP_ENDPOINT=http://u:SECRETe3@o OTEL_EXPORTER_OTLP_HEADERS=k=SECRETe4 PROMETHEUS_PASSWORD=SECRETe5 \
     GRAFANA_TOKEN=SECRETe6 GRAFANA_SERVICE_ACCOUNT_TOKEN=SECRETe7 LOKI_BEARER_TOKEN=SECRETe8 \
     HTTPS_PROXY=http://u:SECRETe9@proxy",
    "tempo_url = \"http://u:SECRETt0@t\"\nheaders = { k = \"SECRETt1\" }\ntempo_token_file = \"/token-file\"\n\
     otlp_headers = { k = \"SECRETt2\" }\nprometheus_password_file = \"/password\"\nprometheus_username = \"u\"\n\
     cert = \"/cert\"\nkey = \"/key\"",
);

/// The three layers, each alone and all together.
fn every_way() -> [(&'static str, &'static str, &'static str); 4] {
    let (flags, variables, body) = EVERY_WAY;
    [EVERY_WAY, (flags, "", ""), ("", variables, ""), ("", "", body)]
}

fn words_with_secrets(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| word.contains("SECRET")).map(str::to_owned)
}

#[test]
fn no_secret_shows_in_debug_nor_survives_the_redactor() {
    for (flags, variables, body) in every_way() {
        let (args, env, file) = (parse_args(flags), parse_env(variables), trusted_file(body));
        let settings = Settings::resolve(&args, &env, Some(&file), &build_files()).expect("nothing is wrong");
        let debug = format!("{args:?} {env:?} {file:?} {settings:?}");
        assert!(!debug.contains("SECRET"), "{debug}");

        let apis = settings.apis().map(|(_, api)| api);
        let mut known: Vec<String> = apis
            .flat_map(|api| {
                let headers = api.headers.iter().map(|header| header.value.expose().to_owned());
                headers.chain(api.auth.header_value().map(|value| value.expose().to_owned()))
            })
            .collect();
        known.extend(
            settings
                .otlp
                .headers
                .iter()
                .map(|header| header.value.expose().to_owned()),
        );
        known.extend(
            settings
                .tempo
                .tls
                .key
                .iter()
                .map(|key| key.value.text.expose().to_owned()),
        );
        // Also what was given and did not count.
        known.extend(words_with_secrets(variables).chain(words_with_secrets(body)));
        for text in known {
            let redacted = settings.redactor().redact(&text).into_owned();
            let credential = text.split(' ').next_back().unwrap_or(&text);
            assert!(
                !redacted.contains(credential) && !redacted.contains("SECRET"),
                "{text} became {redacted}"
            );
        }
    }
}

#[test]
fn no_secret_shows_in_errors() {
    let (flags, variables, body) = EVERY_WAY;
    let spoil = |text: &str| {
        text.replace("@t", "@t:x")
            .replace("@o", "@o:99999")
            .replace("@p", "@p:0")
            .replace("@g", "@g:")
    };
    let spoiled = resolve_sample(&spoil(flags), &spoil(variables), body).expect_err("ports are wrong");
    let text = format!("{spoiled} {spoiled:?}");
    assert!(spoiled.0.len() >= 4 && !text.contains("SECRET"), "{text}");
    let spoiled =
        resolve_sample("", &spoil(variables).replace("k=", "k:"), body).expect_err("ports and headers are wrong");
    assert!(!format!("{spoiled} {spoiled:?}").contains("SECRET"), "{spoiled}");
    let broken = format!("[contexts.a]\n{}", spoil(body).replace("k = ", "k k = "));
    let spoiled =
        SettingsFile::parse(std::path::Path::new("f"), super::super::ConfigSource::User, &broken).expect_err("broken");
    assert!(!format!("{spoiled} {spoiled:?}").contains("SECRET"), "{spoiled}");
}

#[test]
fn the_file_is_found_by_flag_then_variable_then_here_then_home() {
    let body = |name: &str| format!("[contexts.a]\ntempo_url = \"http://{name}\"\n");
    let texts = ["flag", "env", "here", "home"].map(body);
    let paths = ["/flag.toml", "/env.toml", "tempoctl.toml", "/xdg/tempoctl/config.toml"];
    let mut files: std::collections::BTreeMap<&str, &str> =
        paths.into_iter().zip(texts.iter().map(String::as_str)).collect();
    let load = |flags: &str, variables: &str, files: &std::collections::BTreeMap<&str, &str>| {
        Settings::load(&parse_args(flags), &parse_env(variables), files)
            .map(|settings| settings.tempo.url.value.to_string())
    };
    let xdg = "XDG_CONFIG_HOME=/xdg";
    let both = "XDG_CONFIG_HOME=/xdg TEMPOCTL_CONFIG=/env.toml";
    assert_eq!(load("--config /flag.toml", both, &files).as_deref(), Ok("http://flag/"));
    assert_eq!(load("", both, &files).as_deref(), Ok("http://env/"));
    assert_eq!(load("", xdg, &files).as_deref(), Ok("http://here/"));
    files.remove("tempoctl.toml");
    assert_eq!(load("", xdg, &files).as_deref(), Ok("http://home/"));
    assert_eq!(load("", "", &files).as_deref(), Ok("http://localhost:3200/"));
    assert_eq!(
        load("--config /none", "", &files)
            .expect_err("named, so it must be there")
            .to_string(),
        "error: --config: cannot read '/none': no such file\n  try: tempoctl config init --config /none"
    );
    assert_eq!(
        load("--context b", xdg, &files)
            .expect_err("no such context")
            .to_string(),
        "error: --context: no context 'b' in /xdg/tempoctl/config.toml\n  try: --context a"
    );
}

#[test]
fn the_tenant_asked_for_beats_a_header_of_a_lower_layer() {
    let variables = "OTEL_EXPORTER_OTLP_HEADERS=x-scope-orgid=env,a=1";
    let by_flag = resolve_settings("--org-id flag", variables, "headers = { X-Scope-OrgID = \"file\" }");
    assert_eq!(by_flag.otlp.headers.len(), 1);
    assert!(by_flag.tempo.headers.is_empty());
    assert_eq!(
        by_flag.notes[1].to_string(),
        "note: OTEL_EXPORTER_OTLP_HEADERS: its x-scope-orgid is not sent: --org-id sets the tenant"
    );
    let same_layer = resolve_settings("", &format!("{variables} TEMPO_ORG_ID=other"), "");
    assert_eq!(
        same_layer.otlp.headers.len(),
        2,
        "what is said of OTLP alone is more exact"
    );
}

#[test]
fn a_grafana_organisation_is_a_number() {
    let told = errors("", "GRAFANA_ORG_ID=main", "");
    assert_eq!(
        told,
        ["error: GRAFANA_ORG_ID: 'main' is not a number\n  try: GRAFANA_ORG_ID=1"]
    );
}

#[test]
fn a_file_in_the_working_directory_takes_no_tls_away() {
    let variables = "OTEL_EXPORTER_OTLP_ENDPOINT=mine:4317 OTEL_EXPORTER_OTLP_PROTOCOL=grpc";
    let settings = with_untrusted_file("", variables, "otlp_insecure = true").expect("a note, no error");
    assert_eq!(settings.otlp.traces_url.as_str(), "https://mine:4317/");
    assert_eq!(settings.notes.len(), 1);
}

proptest::proptest! {
    #[test]
    fn any_variables_are_read_or_refused(values in proptest::collection::vec(".{0,12}", 12), spare in ".{0,6}@.{0,6}") {
        let names = TARGETS.iter().flat_map(|target| target.url.env.iter().chain(target.user.env).chain(target.password));
        let names = names.chain(otlp_names::ENDPOINT.env).chain(otlp_names::HEADERS.env).chain(otlp_names::PROTOCOL.env);
        let values = values.iter().map(String::as_str).cycle();
        let env: Environment = names.copied().zip(values).chain([("HTTP_PROXY", spare.as_str())]).collect();
        match Settings::resolve(&ConnectionArgs::default(), &env, None, &build_files()) {
            Ok(settings) => drop(settings.redactor().redact(&spare)),
            Err(errors) => drop(errors.to_string()),
        }
    }

    #[test]
    fn no_password_in_an_address_shows(user in "[a-z:/@?]{0,5}", password in "[A-Z]{9}", host in "([a-z:/@?#]|.){0,8}") {
        let address = format!("{user}:{password}@{host}");
        let env: Environment = TARGETS.iter().flat_map(|target| target.url.env)
            .chain(otlp_names::ENDPOINT.env)
            .chain(COLLECTOR.url.env)
            .map(|name| (*name, address.as_str()))
            .collect();
        let told = match Settings::resolve(&ConnectionArgs::default(), &env, None, &build_files()) {
            Ok(settings) => format!("{settings:?} {:?}", super::super::list_setting_rows(&settings)),
            Err(errors) => format!("{errors} {errors:?}"),
        };
        proptest::prop_assert!(!told.contains(&password), "{}", told);
    }
}
