use super::*;
use proptest::prelude::*;

fn parse(text: &str) -> Result<SettingsFile, ConfigErrors> {
    SettingsFile::parse(Path::new("c.toml"), ConfigSource::User, text)
}

fn errors(text: &str) -> String {
    parse(text).expect_err("something is wrong").to_string()
}

#[test]
fn reads_contexts_in_order_with_their_lines() {
    let file = parse(
        "# mine\ncontext = \"prod\"\n\n[contexts.lab]\ntempo_url = \"localhost:3200\"\n[contexts.prod]\norg_id = 7\n\
         headers = { X-A = \"1\" }\ncontexts.x = 1\n",
    );
    let file = file.expect_err("the last key").to_string();
    assert_eq!(file, "error: c.toml:9: contexts: unknown key");
    let file = parse("context = \"prod\"\n[contexts.lab]\n[contexts.prod]\norg_id = 7\n").expect("valid");
    assert_eq!(file.selected, Some(("prod".to_owned(), 1)));
    let names: Vec<(&str, usize)> = file.contexts.iter().map(|c| (c.name.as_str(), c.line)).collect();
    assert_eq!(names, [("lab", 2), ("prod", 3)]);
    assert_eq!(file.context(None).expect("chosen").expect("there").name, "prod");
    assert_eq!(
        file.context(Some("lab")).expect("asked for").expect("there").name,
        "lab"
    );
}

#[test]
fn every_error_names_its_line_and_the_way_out() {
    let text = r#"contxt = "a"
context = 3
tempo_url = "http://x"

[contexts.a]
tempo_ulr = "http://x"
tempo_url = "localhost:99999"
otlp_protocol = "http/proto"
otlp_timeout = "15"
otlp_compression = "zstd"
tls_skip_verify = "yes"
org_id = [1, 2.5]
headers = { "bad name" = "x", ok = 1 }
grafana_token = "SECRET"
prometheus_org_id = true
ca_cert = ""
loki_url = "http://l/?a=1"

[contexts]
b = 1
"#;
    let expected = [
        "error: c.toml:1: contxt: unknown key\n  try: context",
        "error: c.toml:2: context: must be a string, not a number\n  try: context = \"name\"",
        "error: c.toml:3: tempo_url: is outside any context\n  try: [contexts.default] above tempo_url",
        "error: c.toml:6: tempo_ulr: unknown key\n  try: tempo_url",
        "error: c.toml:7: tempo_url: 'localhost:99999' has no valid port (1 to 65535)\n  \
           try: tempo_url = \"http://localhost:3200\"",
        "error: c.toml:8: otlp_protocol: 'http/proto' is not one of grpc, http/protobuf, http/json\n  \
           try: otlp_protocol = \"http/protobuf\"",
        "error: c.toml:9: otlp_timeout: '15' has a number without a unit (ms, s, m, h, d)\n  try: otlp_timeout = \"15s\"",
        "error: c.toml:10: otlp_compression: 'zstd' is not gzip or none\n  try: otlp_compression = \"gzip\"",
        "error: c.toml:11: tls_skip_verify: must be true or false, not a string\n  try: tls_skip_verify = true",
        "error: c.toml:12: org_id: must be a string or a list of strings, not a float\n  \
           try: org_id = [\"team-a\", \"team-b\"]",
        "error: c.toml:13: headers.bad name: the header's name may contain only letters, digits and '-'",
        "error: c.toml:13: headers.ok: must be a string, not a number\n  try: ok = \"value\"",
        "error: c.toml:14: grafana_token: put the secret in a separate file or in an environment variable\n  \
           try: grafana_token_file = \"/path/to/file\"",
        "error: c.toml:15: prometheus_org_id: must be a string or a number, not true or false\n  \
           try: prometheus_org_id = \"team-a\"",
        "error: c.toml:16: ca_cert: is empty\n  try: ca_cert = \"/path/to/file\"",
        "error: c.toml:17: loki_url: the address must have no query: everything after '?' or '#' would be lost\n  \
           try: loki_url = \"http://l\"",
        "error: c.toml:20: contexts.b: must be a table, not a number\n  try: [contexts.b]",
    ];
    assert_eq!(errors(text), expected.join("\n"));
}

#[test]
fn broken_toml_is_told_by_line_beside_the_other_errors() {
    let told = errors("context = \n[contexts.a]\ntempo_url = http://SECRET\nnope = 1\n");
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("error: ")).collect();
    assert!(lines[0].starts_with("error: c.toml:1: "), "{told}");
    assert!(
        told.contains("error: c.toml:3: ") && told.contains("error: c.toml:4: nope: unknown key"),
        "{told}"
    );
    assert!(!told.contains("SECRET"), "{told}");
}

#[test]
fn a_file_in_the_working_directory_names_no_credentials() {
    let text = "[contexts.a]\ngrafana_token_file = \"/t\"\nkey = \"/k\"\n";
    let told = SettingsFile::parse(Path::new("tempoctl.toml"), ConfigSource::WorkingDirectory, text)
        .expect_err("refused")
        .to_string();
    assert_eq!(
        told.lines().next(),
        Some(
            "error: tempoctl.toml:2: grafana_token_file: a file found in the working directory must not name \
             credentials: its author could choose where yours are sent"
        )
    );
    assert!(told.contains("tempoctl.toml:3: key: "), "{told}");
    assert!(
        told.ends_with("try: --config tempoctl.toml    (if you trust it)"),
        "{told}"
    );
}

#[test]
fn a_choice_among_contexts_must_be_made() {
    let file = parse("[contexts.lab]\n[contexts.prod]\n").expect("valid");
    assert_eq!(
        file.context(None).expect_err("two").to_string(),
        "error: c.toml: has 2 contexts but selects none\n  try: tempoctl config use lab"
    );
    let file = parse("context = \"prd\"\n[contexts.lab]\n[contexts.prod]\n").expect("valid");
    assert_eq!(
        file.context(None).expect_err("no such").to_string(),
        "error: c.toml:1: context: no context 'prd' in c.toml\n  try: tempoctl config use prod"
    );
    assert!(
        parse("")
            .expect("an empty file")
            .context(None)
            .expect("nothing to choose")
            .is_none()
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC|\n){0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn nearly_files_are_read_or_refused(text in "(\\[contexts\\.a\\]\n|(tempo_url|headers|org_id|key)( = |\\.)(\"[a-z:/]{0,9}\"|[0-9]{1,3}|\\{ a = \"b\" \\}|\\[1, \"x\"\\]|true)?\n){0,6}") {
        let _ = parse(&text);
    }
}
