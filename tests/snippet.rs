//! `tempoctl snippet` from the outside, and the files in `examples` that are the same code.

use serde_json::Value;
use tempoctl::Exit;

use crate::generated::{hold, root};
use crate::product::{run, run_in};
use crate::schema::described;

/// Which file is which snippet, without settings.
const SAME: [(&str, &str); 3] = [
    ("python-fastapi", "fastapi/app.py"),
    ("node-express", "express/app.js"),
    ("browser", "vue/src/tracing.js"),
];

/// The examples are generated: `make regen` after a change of a template.
#[test]
fn the_examples_are_generated_and_the_same_code() {
    for (language, file) in SAME {
        let ran = run(&["snippet", language]);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(ran.err.is_empty(), "{}", ran.err);
        hold(&root().join("examples").join(file), &ran.out);
    }
}

/// What the comment of an example tells to install is what is pinned beside it.
#[test]
fn what_a_snippet_installs_is_pinned() {
    let read = |file: &str| std::fs::read_to_string(root().join("examples").join(file)).unwrap();
    let named = |text: &str, command: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.contains(command)).unwrap();
        let after = line.split(command).nth(1).unwrap();
        after.split_whitespace().map(str::to_owned).collect()
    };
    let pinned = read("fastapi/requirements.txt");
    for package in named(&read("fastapi/app.py"), "pip install ") {
        assert!(pinned.contains(&format!("\n{package}==")), "{package}");
    }
    for (code, folder) in [("express/app.js", "express"), ("vue/src/tracing.js", "vue")] {
        let package: Value = serde_json::from_str(&read(&format!("{folder}/package.json"))).unwrap();
        let lock: Value = serde_json::from_str(&read(&format!("{folder}/package-lock.json"))).unwrap();
        for name in named(&read(code), "npm install ") {
            let version = package["dependencies"][&name]
                .as_str()
                .unwrap_or_else(|| panic!("{folder}: {name}"));
            assert!(
                version.starts_with(|first: char| first.is_ascii_digit()),
                "{name} {version} is not pinned"
            );
            assert_eq!(
                lock["packages"][format!("node_modules/{name}")]["version"],
                version,
                "{name}"
            );
        }
        // Where they come from is the reader's registry.
        assert!(
            !lock.to_string().contains("\"resolved\""),
            "{folder}: npm install --omit-lockfile-registry-resolved"
        );
    }
}

#[test]
fn settings_are_filled_in_and_no_secret_is() {
    let env = [
        ("HOME", "/nonexistent"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otlp.example.com:4317"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Bearer%20hunter2-hunter2"),
    ];
    for language in ["python-fastapi", "go", "collector", "browser"] {
        let args = ["snippet", language, "--otlp-protocol", "grpc", "--org-id", "team-a"];
        let ran = run_in(&env, &args);
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert!(ran.out.contains("otlp.example.com"), "{}", ran.out);
        assert!(ran.out.contains("team-a"), "{}", ran.out);
        assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "{}", ran.out);
    }
    let named = run(&["snippet", "node-express", "--service", "checkout"]);
    assert!(
        named.out.contains("OTEL_SERVICE_NAME ??= \"checkout\""),
        "{}",
        named.out
    );
}

/// A collector that sends to the port it listens on sends to itself.
#[test]
fn a_collector_sends_to_what_stands_behind_it() {
    for language in ["collector", "alloy"] {
        let usual = run(&["snippet", language]);
        assert!(usual.out.contains("tempo:4318"), "{}", usual.out);
        assert!(usual.err.contains("--tempo-otlp-endpoint"), "{}", usual.err);
        let named = run(&["snippet", language, "--tempo-otlp-endpoint", "store.example:4317"]);
        assert!(named.out.contains("store.example:4317"), "{}", named.out);
        assert!(named.err.is_empty(), "{}", named.err);
        let elsewhere = run(&["snippet", language, "--otlp-endpoint", "http://localhost:14318"]);
        assert!(elsewhere.out.contains("localhost:14318"), "{}", elsewhere.out);
    }
}

#[test]
fn the_list_and_the_code_are_valid_documents() {
    let text = std::fs::read_to_string(root().join("docs/schema/snippet.v1.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for args in [vec!["snippet", "-o", "json"], vec!["snippet", "rust", "-o", "json"]] {
        let document = run(&args).json();
        assert!(validator.is_valid(&document), "{document}");
        described(&schema, &schema, &document, "snippet");
        for field in document.as_object().unwrap().keys() {
            let mut without = document.clone();
            without.as_object_mut().unwrap().remove(field);
            assert!(!validator.is_valid(&without), "{field}");
        }
    }
    let list = run(&["snippet", "-o", "json"]).json();
    for snippet in list["snippets"].as_array().unwrap() {
        let language = snippet["language"].as_str().unwrap();
        let code = run(&["snippet", language, "-o", "json"]).json();
        assert_eq!(code["text"], run(&["snippet", language]).out, "{language}");
    }
}

#[test]
fn what_is_none_is_told_where_to_look() {
    for (typed, meant) in [
        ("pyhton", "python-fastapi"),
        ("flask", "python-flask"),
        ("Node-Express", "node-express"),
    ] {
        let ran = run(&["snippet", typed]);
        assert_eq!(ran.exit, Exit::Usage);
        assert!(ran.err.contains(&format!("tempoctl snippet {meant}")), "{}", ran.err);
    }
    let json = run(&["snippet", "cobol85", "-o", "json"]);
    assert_eq!(json.exit, Exit::Usage);
    assert!(
        json.json()["error"].is_object() || json.json()["error"].is_string(),
        "{}",
        json.out
    );
    assert_eq!(run(&["snippet", "go", "--service", "a\nb"]).exit, Exit::Usage);
    assert_eq!(
        run(&["snippet", "go", "--otlp-endpoint", "localhost:99999"]).exit,
        Exit::Usage
    );
}
