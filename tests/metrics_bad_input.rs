//! What `tempoctl metrics` cannot be asked is refused at once, with the place and the way out; what a server refuses is
//! told in its words.

use std::net::TcpListener;

use tempoctl::Exit;

use crate::lab_kit::lab;
use crate::product::{Ran, run, run_beside, words};

fn refused(ran: &Ran, says: &[&str], what: &str) {
    assert_eq!(ran.exit, Exit::Usage, "{what}: {ran:?}");
    assert_eq!(ran.out, "", "{what}");
    for word in says {
        assert!(ran.err.contains(word), "{what}: no '{word}' in\n{}", ran.err);
    }
}

#[test]
fn what_cannot_be_right_is_never_sent() {
    let table: [(&[&str], &[&str]); 17] = [
        (&["--since", "1"], &["--since", "unit", "try: --since 1s"]),
        (&["--since", "0s"], &["--since", "longer than zero"]),
        (
            &["--from", "yesterday"],
            &["--from", "'yesterday'", "RFC 3339", "try: --from now-1h"],
        ),
        (
            &["--to", "2026-11-22 07:00"],
            &["--to", "time zone", "2026-11-22T07:00:00Z"],
        ),
        (&["--until", "soon"], &["--to", "'soon'"]),
        (&["--from", "now-1h", "--to", "now-2h"], &["--from", "ends", "before"]),
        (&["--since", "1h", "--from", "now-1h"], &["--since", "--from"]),
        (&["--watch", "3"], &["--watch", "unit"]),
        (&["--timeout", "0s"], &["--timeout"]),
        (&["-o", "dot"], &["`metrics graph` only", "metrics graph -o dot"]),
        (&["servces"], &["servces", "try: services"]),
        (&["--sort", "latency"], &["latency", "p95"]),
        (&["query", "sum(rate(x[5m])"], &["unclosed", "sum(rate(x[5m])\n     ^"]),
        (&["query", "rate(x)"], &["range vector"]),
        (&["query", "x[5m]"], &["cannot be charted", "--instant", "rate(x[5m])"]),
        (&["query", ""], &["query is empty"]),
        (
            &["query", "x", "--since", "30d", "--step", "1s"],
            &["--step", "11,000 points", "try: --step 3m56s"],
        ),
    ];
    for (flags, says) in table {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut args = vec!["metrics", "--tempo-url", &url, "--prometheus-url", &url];
        args.extend(flags);
        let what = flags.join(" ");
        refused(&run(&args), says, &what);
        assert!(listener.accept().is_err(), "{what}: something was sent");
        // A program that asked for JSON gets one document.
        args.extend(["-o", "json"]);
        let ran = run(&args);
        assert_eq!(ran.exit, Exit::Usage, "{what}");
        assert!(ran.json()["error"]["message"].is_string(), "{what}: {}", ran.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_refuses_is_told_with_the_place_and_the_way_out() {
    let lab = lab("healthy-3.0").await;
    let at = lab.addresses().clone();
    let table: [(&[&str], &[&str]); 5] = [
        (
            &["traceql", "{ status = error }"],
            &[
                "not a metrics query",
                "try: tempoctl metrics traceql '{ status = error } | rate()'",
            ],
        ),
        (
            &["traceql", "{ resource.service.name= | rate()"],
            &["TraceQL:", "{ resource.service.name= | rate()\n", "^"],
        ),
        (
            &["traceql", "{} | rate()", "--since", "48h"],
            &["longer than Tempo allows", "at most 1d", "try: --since 1d"],
        ),
        (&["query", "foo bar"], &["PromQL:", "foo bar"]),
        (&["query", "no_such_function(x)"], &["PromQL:"]),
    ];
    for (flags, says) in table {
        let mut args = vec!["metrics"];
        args.extend(flags);
        args.extend(["--tempo-url", &at.tempo, "--prometheus-url", &at.prometheus]);
        refused(&run_beside(words(&args)).await, says, &flags.join(" "));
    }
}

#[test]
fn nobody_at_all_is_an_error_of_the_run() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for view in [
        &[][..],
        &["graph"],
        &["tempo"],
        &["query", "up"],
        &["traceql", "{} | rate()"],
    ] {
        let mut args = vec!["metrics"];
        args.extend(view);
        args.extend(["--tempo-url", &url, "--prometheus-url", &url]);
        let ran = run(&args);
        assert_eq!(ran.exit, Exit::General, "{view:?}: {ran:?}");
        assert!(
            ran.err.contains("refused") && ran.err.contains("try:"),
            "{view:?}: {}",
            ran.err
        );
    }
}
