//! What is filled in, and that no value can leave its quotes.

use proptest::prelude::*;
use url::Url;

use super::{ALL, SnippetDestination, TlsPaths, fill_template, find_snippet};
use telemetry::model::marker::Protocol;

fn sender(protocol: Protocol, url: &str) -> SnippetDestination {
    SnippetDestination {
        service: None,
        protocol,
        traces_url: Url::parse(url).unwrap(),
        tenant: None,
        secret_headers: Vec::new(),
        gzip: false,
        tls: TlsPaths::default(),
    }
}

fn filled(language: &str, sender: &SnippetDestination) -> String {
    fill_template(find_snippet(language).unwrap(), sender).unwrap()
}

#[test]
fn every_snippet_names_the_address() {
    for (protocol, url) in [
        (Protocol::HttpProtobuf, "http://tempo.example:14318/v1/traces"),
        (Protocol::HttpJson, "https://tempo.example:14318/v1/traces"),
        (Protocol::Grpc, "http://tempo.example:14318/"),
    ] {
        for snippet in &ALL {
            let text = fill_template(snippet, &sender(protocol, url)).unwrap();
            let left = ["{{", "{%", "\n\n\n"].into_iter().find(|left| text.contains(left));
            // Python leaves two lines before a function.
            assert!(
                left.is_none_or(|left| left == "\n\n\n" && snippet.comment == "#"),
                "{}: {text}",
                snippet.language
            );
            assert!(text.contains("tempo.example:14318"), "{}: {text}", snippet.language);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}", snippet.language);
        }
    }
}

/// The variable for all signals is a base; an address of another form is given whole.
#[test]
fn an_address_of_another_form_is_given_whole() {
    let usual = filled(
        "java-agent",
        &sender(Protocol::HttpProtobuf, "http://a:4318/otlp/v1/traces"),
    );
    assert!(
        usual.contains("OTEL_EXPORTER_OTLP_ENDPOINT='http://a:4318/otlp'"),
        "{usual}"
    );
    let other = filled("java-agent", &sender(Protocol::HttpProtobuf, "http://a:4318/push"));
    assert!(
        other.contains("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='http://a:4318/push'"),
        "{other}"
    );
}

#[test]
fn a_tenant_is_filled_in_and_a_secret_only_named() {
    let with = SnippetDestination {
        tenant: Some("team a".to_owned()),
        secret_headers: vec!["Authorization".to_owned()],
        ..sender(Protocol::HttpProtobuf, "https://a/v1/traces")
    };
    for snippet in &ALL {
        let text = fill_template(snippet, &with).unwrap();
        assert!(text.contains("Authorization"), "{}: {text}", snippet.language);
        assert!(
            text.contains("team a") || text.contains("team%20a"),
            "{}: {text}",
            snippet.language
        );
    }
    let collector = filled("collector", &with);
    assert!(
        collector.contains("Authorization: ${env:OTLP_AUTHORIZATION}"),
        "{collector}"
    );
}

#[test]
fn a_page_speaks_http_whatever_the_protocol() {
    let page = filled("browser", &sender(Protocol::Grpc, "http://a:4317/"));
    assert!(page.contains("\"http://a:4318/v1/traces\""), "{page}");
}

#[test]
fn the_collectors_configuration_is_yaml_with_its_address() {
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson] {
        let with = SnippetDestination {
            tenant: Some("team-a".to_owned()),
            ..sender(protocol, "https://tempo.example:4317/v1/traces")
        };
        let text = filled("collector", &with);
        let config: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        let exporter = config["service"]["pipelines"]["traces"]["exporters"][0]
            .as_str()
            .unwrap();
        let settings = &config["exporters"][exporter];
        assert!(settings.to_string().contains("tempo.example:4317"), "{text}");
        assert_eq!(settings["headers"]["X-Scope-OrgID"], "team-a", "{text}");
    }
}

proptest! {
    /// Whatever a name holds, in a shell it stays one word and in the others one string.
    #[test]
    fn no_name_leaves_its_quotes(name in "\\PC{1,12}['\"`$\\\\]{0,3}\\PC{0,4}") {
        let with = SnippetDestination {
            service: Some(name.clone()),
            ..sender(Protocol::HttpProtobuf, "http://a:4318/v1/traces")
        };
        let json = serde_json::Value::from(name.as_str()).to_string();
        for language in ["python-fastapi", "node-express", "browser", "go", "rust", "dotnet"] {
            prop_assert!(filled(language, &with).contains(&json), "{}", language);
        }
        let shell = filled("java-agent", &with);
        let line = shell.lines().find(|line| line.starts_with("export OTEL_SERVICE_NAME=")).unwrap();
        prop_assert_eq!(word(line.trim_start_matches("export OTEL_SERVICE_NAME=")), Some(name));
    }
}

/// A word as a POSIX shell reads it; none where it ends early.
fn word(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text.chars();
    let mut quoted = false;
    while let Some(each) = rest.next() {
        match (quoted, each) {
            (_, '\'') => quoted = !quoted,
            (false, '\\') => out.push(rest.next()?),
            (false, _) => return None,
            (true, _) => out.push(each),
        }
    }
    (!quoted).then_some(out)
}
