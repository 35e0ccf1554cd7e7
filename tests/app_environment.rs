//! `doctor --env`: what an SDK would do with an application's environment, and what it explains.

use std::path::Path;

use serde_json::Value;
use tempoctl::Exit;
use tempoctl::lab::Lab;

use crate::lab_kit::lab;
use crate::product::{Ran, run, run_beside, run_beside_in, words};

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

async fn doctor(lab: &Lab, env: &str, format: &str) -> Ran {
    let mut args = words(&["doctor", "--timeout", "30s", "-o", format, "--env", env]);
    args.extend(lab.doctor_args());
    run_beside(args).await
}

fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_environment_names_is_the_verdict_and_explains_that_nobody_sends() {
    let folder = tempfile::tempdir().unwrap();
    let compose = "services:\n  shop:\n    environment:\n      OTEL_EXPORTER_OTLP_ENDPOINT: http://localhost:4318\n      OTEL_SERVICE_NAME: shop\n";
    let compose = written(folder.path(), "compose.yaml", compose);
    let lab = lab("no-app-traffic").await;
    let otlp = lab.addresses().otlp_http.clone();
    let grpc = lab.addresses().otlp_grpc.clone();
    let agent = "JAVA_TOOL_OPTIONS=-javaagent:/otel/opentelemetry-javaagent-1.33.6.jar\n";
    let quoted = format!("services:\n  shop:\n    environment:\n      - OTEL_EXPORTER_OTLP_ENDPOINT=\"{otlp}\"\n");
    let quoted = written(folder.path(), "quoted.yaml", &quoted);
    let cases = [
        ("OTEL_SDK_DISABLED=true\n".to_owned(), "app-sdk-disabled"),
        ("OTEL_TRACES_EXPORTER=console\n".to_owned(), "app-exporter-none"),
        (
            "OTEL_TRACES_SAMPLER=traceidratio\nOTEL_TRACES_SAMPLER_ARG=0\n".to_owned(),
            "app-sampler-off",
        ),
        (
            format!("OTEL_EXPORTER_OTLP_ENDPOINT={otlp}/v1/traces\n"),
            "app-otlp-endpoint-path",
        ),
        (
            format!("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={otlp}\n"),
            "app-otlp-endpoint-path",
        ),
        (
            format!("OTEL_EXPORTER_OTLP_ENDPOINT={otlp}\nOTEL_EXPORTER_OTLP_PROTOCOL=grpc\n"),
            "app-otlp-protocol-port-mismatch",
        ),
        (
            format!("OTEL_EXPORTER_OTLP_ENDPOINT={}\n", otlp.replace("http:", "https:")),
            "app-endpoint-scheme-tls",
        ),
        (
            format!(
                "OTEL_EXPORTER_OTLP_ENDPOINT={}\nOTEL_EXPORTER_OTLP_PROTOCOL=grpc\n",
                grpc.trim_start_matches("http://")
            ),
            "app-endpoint-scheme-tls",
        ),
        (
            format!("OTEL_EXPORTER_OTLP_ENDPOINT={otlp}\nOTEL_EXPORTER_OTLP_HEADERS=Authorization=Basic s3cretpass\n"),
            "app-auth-headers-malformed",
        ),
        (
            format!("management.otlp.tracing.endpoint={otlp}\nspring.application.name=shop\n"),
            "app-otlp-endpoint-path",
        ),
        (
            format!("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT={grpc}/v1/traces\n"),
            "app-otlp-protocol-port-mismatch",
        ),
        (
            format!("{agent}OTEL_EXPORTER_OTLP_ENDPOINT={otlp}\n"),
            "app-otlp-protocol-port-mismatch",
        ),
        (
            format!("{agent}OTEL_EXPORTER_OTLP_ENDPOINT={grpc}\nOTEL_EXPORTER_OTLP_TIMEOUT=10\n"),
            "app-export-timeout",
        ),
    ];
    let files = cases
        .iter()
        .enumerate()
        .map(|(index, (text, cause))| (written(folder.path(), &format!("{index}.env"), text), *cause));
    let services = [
        (format!("{compose}:shop"), "app-localhost-in-container"),
        (format!("{quoted}:shop"), "app-env-quotes"),
    ];
    for (env, cause) in files.chain(services) {
        let ran = doctor(&lab, &env, "json").await;
        let report = ran.json();
        let causes = report["verdict"]["causes"].as_array().unwrap();
        let ids: Vec<&str> = causes.iter().filter_map(|cause| cause["id"].as_str()).collect();
        assert_eq!((ids.as_slice(), ran.exit), ([cause].as_slice(), Exit::Found), "{env}");
        let first = &causes[0];
        assert_eq!(
            (&first["hop"], &report["verdict"]["status"]),
            (&"app".into(), &"degraded".into()),
            "{env}"
        );
        assert!(
            first["explains"].as_array().unwrap().contains(&"app.sending".into()),
            "{first}"
        );
        assert!(!first["remedy"]["config"].is_null(), "{env}: {first}");
        for format in ["json", "human"] {
            let shown = doctor(&lab, &env, format).await;
            assert!(
                !shown.out.contains("s3cret") && !shown.err.contains("s3cret"),
                "{}",
                shown.out
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sound_environment_passes_and_a_doubtful_one_only_warns() {
    let folder = tempfile::tempdir().unwrap();
    let lab = lab("healthy-3.0").await;
    lab.await_searchable().await;
    let otlp = &lab.addresses().otlp_http;
    let sound = format!("OTEL_EXPORTER_OTLP_ENDPOINT={otlp}\nOTEL_SERVICE_NAME=frontend\n");
    let report = doctor(&lab, &written(folder.path(), "sound.env", &sound), "json")
        .await
        .json();
    assert_eq!(report["verdict"]["status"], "healthy");
    let summary = check(&report, "app.environment")["summary"].as_str().unwrap();
    assert!(
        summary.contains("where the marker was accepted") && summary.contains("frontend"),
        "{summary}"
    );
    assert_eq!(check(&report, "app.settings")["status"], "pass");
    // What fits, in other words: a Python exporter counts seconds, and a file's quotes are removed by most who read it.
    let fitting = format!(
        "PYTHON_VERSION=3.13\nOTEL_EXPORTER_OTLP_ENDPOINT=\"{otlp}\"\nOTEL_SERVICE_NAME=frontend\nOTEL_EXPORTER_OTLP_TIMEOUT=10\n"
    );
    let report = doctor(&lab, &written(folder.path(), "fitting.env", &fitting), "json")
        .await
        .json();
    for id in ["app.environment", "app.settings"] {
        assert_eq!(check(&report, id)["status"], "pass", "{id}");
    }
    // The service is seen all the same, so its setting has lost nothing.
    let doubtful = "OTEL_SDK_DISABLED=true\nOTEL_SERVICE_NAME=frontend\nOTEL_PROPAGATORS=b3\n";
    let report = doctor(&lab, &written(folder.path(), "doubtful.env", doubtful), "json")
        .await
        .json();
    assert_eq!(report["verdict"]["status"], "healthy", "{}", report["verdict"]);
    for id in ["app.environment", "app.settings"] {
        assert_eq!(check(&report, id)["status"], "warn", "{id}");
    }
    // Without a value it is tempoctl's own environment.
    let mut args = words(&["doctor", "--fast", "-o", "json"]);
    args.extend(lab.doctor_args());
    args.push("--env".to_owned());
    let ran = run_beside_in(vec![("OTEL_TRACES_EXPORTER", "none".to_owned())], args).await;
    assert_eq!(check(&ran.json(), "app.environment")["cause"], "app-exporter-none");
}

#[test]
fn what_cannot_be_read_is_refused_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let compose = written(folder.path(), "compose.yaml", "services:\n  shop: {}\n");
    let words = written(folder.path(), "words.txt", "only words\n");
    let broken = written(folder.path(), "broken.yaml", "services: [");
    for (env, told) in [
        ("/nonexistent/app.env".to_owned(), "/nonexistent/app.env"),
        (format!("{compose}:chop"), "has no service 'chop', only shop"),
        (compose.clone(), "name one of its services, shop"),
        (words.clone(), "no line of the form NAME=value"),
        (format!("{broken}:shop"), "is not YAML"),
        ("4294967295".to_owned(), "/proc/4294967295/environ"),
    ] {
        let ran = run(&["doctor", "--env", &env, "--otlp-endpoint", "http://127.0.0.1:1"]);
        assert_eq!(ran.exit, Exit::Usage, "{env}: {}", ran.err);
        assert!(
            ran.err.contains("--env") && ran.err.contains(told) && ran.err.contains("try:"),
            "{}",
            ran.err
        );
        assert!(ran.out.is_empty(), "{}", ran.out);
    }
    let ran = run(&["doctor", "--logs", "/nonexistent/collector.log"]);
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    assert!(
        ran.err.contains("--logs: cannot read /nonexistent/collector.log"),
        "{}",
        ran.err
    );
}
