use super::*;
use clap::Parser;

use crate::render::Style;
use crate::render::error::render_error;

/// The command line as the binary takes it.
#[derive(Parser)]
struct ConfigLine {
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(subcommand)]
    command: ConfigCommand,
}

/// A home folder and what to run in it.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Home(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("tempoctl/config.toml")
    }

    fn write(&self, text: &str) {
        std::fs::create_dir_all(self.file().parent().expect("a folder")).expect("a folder");
        std::fs::write(self.file(), text).expect("written");
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).expect("readable")
    }

    /// Output, or the error's text; the folder's name reads `HOME`.
    fn run(&self, line: &str, variables: &[(&str, &str)]) -> Result<String, String> {
        let home = self.0.path().to_str().expect("a text").to_owned();
        let words = std::iter::once("tempoctl").chain(line.split_whitespace());
        let ConfigLine { connection, command } = ConfigLine::try_parse_from(words).expect("the line parses");
        let own = [("XDG_CONFIG_HOME", home.as_str())];
        let env: Environment = own.into_iter().chain(variables.iter().copied()).collect();
        let answered = answer(&command, &connection, &env, None);
        let told = answered.as_deref().map_or_else(describe_error, str::to_owned);
        let told = told.replace(&home, "HOME");
        if answered.is_ok() { Ok(told) } else { Err(told) }
    }
}

fn describe_error(error: &CommandError) -> String {
    let texts = error.problems.iter().map(|problem| render_error(problem, Style::PLAIN));
    texts.collect::<String>().trim_end().to_owned()
}

#[test]
fn a_name_in_a_file_steers_no_terminal() {
    let home = Home::new();
    let name = r#""\u001b[31mX\u009b""#;
    home.write(&format!(
        "context = {name}\n[contexts.{name}]\ntempo_url = \"http://h:3200\"\n"
    ));
    for line in ["show", "contexts", "check", "show -o json", "contexts -o json"] {
        let told = home.run(line, &[]).unwrap_or_else(|problem| problem);
        assert!(!told.chars().any(|c| c != '\n' && c.is_control()), "{line}: {told:?}");
        assert!(told.contains("[31mX") || line == "check", "{line}: {told:?}");
    }
}

#[test]
fn init_writes_a_valid_file_once() {
    let home = Home::new();
    let wrote = "Wrote HOME/tempoctl/config.toml. Edit it, then run `tempoctl config check`.\n";
    assert_eq!(home.run("init", &[]).as_deref(), Ok(wrote));
    assert_eq!(
        home.run("check", &[]).as_deref(),
        Ok("HOME/tempoctl/config.toml is valid: 1 context.\n")
    );
    home.write("# mine\n");
    let refused = "error: HOME/tempoctl/config.toml: already exists\n  try: tempoctl config init --force";
    assert_eq!(home.run("init", &[]), Err(refused.to_owned()));
    assert_eq!(home.text(), "# mine\n");
    assert_eq!(home.run("init --force", &[]).as_deref(), Ok(wrote));
    assert_eq!(home.text(), EXAMPLE);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_a_new_file_and_links_stay_links() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let home = Home::new();
    home.run("init", &[]).expect("written");
    assert_eq!(std::fs::metadata(home.file()).expect("there").mode() & 0o777, 0o600);

    let elsewhere = home.0.path().join("dotfiles.toml");
    std::fs::write(&elsewhere, "[contexts.a]\n[contexts.b]\n").expect("written");
    std::fs::set_permissions(&elsewhere, std::fs::Permissions::from_mode(0o644)).expect("set");
    std::fs::remove_file(home.file()).expect("removed");
    symlink(&elsewhere, home.file()).expect("linked");
    home.run("use b", &[]).expect("chosen");
    assert!(std::fs::symlink_metadata(home.file()).expect("there").is_symlink());
    assert_eq!(std::fs::metadata(&elsewhere).expect("there").mode() & 0o777, 0o644);
    assert!(home.text().starts_with("context = \"b\"\n"));
    let left: Vec<_> = std::fs::read_dir(home.0.path()).expect("listed").collect();
    assert_eq!(left.len(), 2, "no draft is left: {left:?}");
}

#[cfg(unix)]
#[test]
fn init_never_takes_the_place_of_a_pipe() {
    use std::os::unix::fs::FileTypeExt as _;
    let home = Home::new();
    std::fs::create_dir_all(home.file().parent().expect("a folder")).expect("made");
    let made = std::process::Command::new("mkfifo").arg(home.file()).status();
    assert!(made.expect("mkfifo").success());
    for arguments in ["init", "init --force"] {
        let refused = home.run(arguments, &[]).expect_err("a pipe");
        assert!(
            refused.ends_with("it is a pipe, a socket or a device, not a file"),
            "{refused}"
        );
    }
    assert!(std::fs::metadata(home.file()).expect("there").file_type().is_fifo());
}

#[test]
fn use_changes_the_choice_and_nothing_else() {
    let home = Home::new();
    home.write("context = \"lab\" # today\n[contexts.lab]\n# far\n[contexts.prod]\n");
    let chose = "Context prod is now the default (HOME/tempoctl/config.toml).\n";
    assert_eq!(home.run("use prod", &[]).as_deref(), Ok(chose));
    assert_eq!(
        home.text(),
        "context = \"prod\" # today\n[contexts.lab]\n# far\n[contexts.prod]\n"
    );
    assert_eq!(home.run("contexts", &[]).as_deref(), Ok("  lab\n* prod\n"));
    assert_eq!(
        home.run("contexts --context lab", &[]).as_deref(),
        Ok("* lab\n  prod\n")
    );
    assert!(
        home.run("use prd", &[])
            .expect_err("no such")
            .ends_with("try: tempoctl config use prod")
    );
    let json: serde_json::Value =
        serde_json::from_str(&home.run("contexts -o json", &[]).expect("listed")).expect("JSON");
    assert_eq!(json["schema_version"], 1);
    assert_eq!(
        json["contexts"][1],
        serde_json::json!({"name": "prod", "line": 4, "current": true})
    );
}

#[test]
fn contexts_are_listed_before_one_is_chosen() {
    let home = Home::new();
    assert_eq!(
        home.run("contexts", &[]),
        Err("error: tempoctl config contexts: no configuration file found\n  try: tempoctl config init".to_owned())
    );
    home.write("[contexts.lab]\n[contexts.prod]\n");
    assert_eq!(home.run("contexts", &[]).as_deref(), Ok("  lab\n  prod\n"));
    assert!(
        home.run("check", &[])
            .expect_err("none is chosen")
            .contains("has 2 contexts but selects none")
    );
}

#[test]
fn check_tells_the_errors_of_every_context_and_layer_once() {
    let home = Home::new();
    home.write("context = \"a\"\n[contexts.a]\nca_cert = \"no\"\n[contexts.b]\nca_cert = \"none\"\n");
    let told = home
        .run("check --prometheus-url ftp://p", &[("LOKI_ADDR", ":1")])
        .expect_err("four errors");
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(
        lines,
        [
            "error: HOME/tempoctl/config.toml:3: ca_cert: cannot read 'HOME/tempoctl/no': no such file",
            "error: --prometheus-url: 'ftp://p' has a scheme other than http or https",
            "error: LOKI_ADDR: ':1' has no host",
            "error: HOME/tempoctl/config.toml:5: ca_cert: cannot read 'HOME/tempoctl/none': no such file",
        ]
    );
    home.write("nope = 1\n");
    let told = home.run("check", &[("LOKI_ADDR", ":1")]).expect_err("two errors");
    assert!(
        told.contains("config.toml:1: nope: unknown key") && told.contains("LOKI_ADDR: ':1' has no host"),
        "{told}"
    );
}

#[test]
fn check_without_a_file_looks_at_the_rest() {
    let home = Home::new();
    let valid = "No configuration file; flags and variables are valid.\n";
    assert_eq!(home.run("check", &[]).as_deref(), Ok(valid));
    let with_note = home
        .run("check", &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grcp")])
        .expect("a note, no error");
    assert!(
        with_note.starts_with(&format!("{valid}\nnote: OTEL_EXPORTER_OTLP_PROTOCOL: 'grcp'")),
        "{with_note}"
    );
    assert!(home.run("check --tempo-url :", &[]).is_err());
}

#[test]
fn show_tells_every_setting_and_its_origin() {
    let home = Home::new();
    home.write("[contexts.prod]\ntempo_url = \"https://tempo.example/t\"\norg_id = [\"a\", \"b\"]\nheaders = { X-A = \"SECRET\" }\n");
    let variables = [
        ("TEMPO_BEARER_TOKEN", "SECRET"),
        ("HTTPS_PROXY", "http://u:SECRET@proxy:1"),
    ];
    let shown = home.run("show --otlp-protocol grpc", &variables).expect("shown");
    let expected = "\
HOME/tempoctl/config.toml, context prod

tempo_url              https://tempo.example/t  config.toml:2 (context prod)
org_id                 a, b                     config.toml:3 (context prod)
tempo_auth             bearer redacted          TEMPO_BEARER_TOKEN
headers.X-A            redacted                 config.toml:4 (context prod)
otlp_endpoint          http://localhost:4317    default
otlp_traces_url        http://localhost:4317    default
otlp_protocol          grpc                     --otlp-protocol
otlp_timeout           10s                      default
otlp_compression       none                     default
tempo_otlp_endpoint    -
prometheus_url         http://localhost:9090    default
grafana_url            http://localhost:3000    default
loki_url               -
collector_metrics_url  -
no_proxy               false                    default
proxy                  http://redacted@proxy:1  HTTPS_PROXY
";
    assert_eq!(shown, expected);
    let json = home
        .run("show -o json --otlp-protocol grpc", &variables)
        .expect("shown");
    assert!(!json.contains("SECRET"), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).expect("one document");
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["context"], "prod");
    assert_eq!(
        json["settings"][1],
        serde_json::json!({"name": "org_id", "value": ["a", "b"], "origin": "config.toml:3 (context prod)"})
    );
    assert_eq!(json["proxies"][0]["variable"], "HTTPS_PROXY");
}

#[test]
fn no_secret_given_by_any_route_is_shown() {
    let home = Home::new();
    let token = home.0.path().join("token");
    std::fs::write(&token, "SECRETtoken\n").expect("written");
    home.write(&format!(
        "[contexts.a]\ntempo_url = \"http://SECRETu:SECRETp@t\"\nheaders = {{ k = \"SECRETh\" }}\n\
         otlp_endpoint = \"http://u:SECRETo@o\"\notlp_headers = {{ k = \"SECRETi\" }}\nloki_url = \"l\"\n\
         loki_token_file = {token:?}\n"
    ));
    let variables = [
        ("TEMPO_PASSWORD", "SECRETa"),
        ("TEMPO_USERNAME", "SECRETb"),
        ("PROMETHEUS_URL", "http://u:SECRETc@p"),
        ("PROMETHEUS_BEARER_TOKEN", "SECRETd"),
        ("GRAFANA_PASSWORD", "SECRETe"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x=SECRETf"),
        ("HTTP_PROXY", "u:SECRETg@proxy:1"),
    ];
    let flags = "--header a=SECRET1 --otlp-header b=SECRET2 --prometheus-header c=SECRET3 --grafana-user u:SECRET4 \
                 --grafana-url http://u:SECRET5@g --loki-header d=SECRET6 --tempo-otlp-endpoint u:SECRET7@b:1 \
                 --collector-metrics-url http://u:SECRET8@c/metrics";
    for (flags, variables) in [(flags, &variables[..]), (flags, &[]), ("", &variables[..]), ("", &[])] {
        for command in ["show", "show -o json", "check", "contexts", "contexts -o json"] {
            let told = home
                .run(&format!("{command} {flags}"), variables)
                .expect("nothing is wrong");
            assert!(!told.contains("SECRET"), "{command} {flags}: {told}");
        }
    }
    let wrong = flags
        .replace("@g", "@g:x")
        .replace("@b:1", "@b:0")
        .replace("@c", "@c:99999");
    for command in ["show", "check"] {
        let told = home
            .run(&format!("{command} {wrong} --header SECRET9"), &variables)
            .expect_err("ports are wrong");
        assert!(told.lines().count() >= 6 && !told.contains("SECRET"), "{told}");
    }
}

#[test]
fn what_is_shown_is_no_wider_than_the_terminal() {
    let row = |name: &str, value: &str, origin: &str| [name.to_owned(), value.to_owned(), origin.to_owned()];
    let rows = [
        row("org_id", &["team-a"; 20].join(", "), "config.toml:4 (context prod)"),
        row("tempo_url", "http://localhost:3200", "default"),
        row("loki_url", "-", ""),
    ];
    let text = render_table(&rows, 80);
    assert!(text.lines().all(|line| count_columns(line) <= 80), "{text}");
    assert!(
        text.contains("\ntempo_url  http://localhost:3200  default\nloki_url   -\n"),
        "{text}"
    );
    assert!(text.contains("\n             config.toml:4 (context prod)\n"), "{text}");
}
