//! What holds for the whole program: who may import whom, every check registered, every fact a check reads declared,
//! and what any verdict owes its evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempoctl::causes;
use tempoctl::checks::CHECKS;
use tempoctl::clients::prometheus::query_result;
use tempoctl::clients::tempo::status;
use tempoctl::diagnose::{self, CheckResult, CheckSelection, diagnose_evidence};
use tempoctl::model::collector::{CollectorFacts, KnownBy, LostMarker, ReceiverEndpoint};
use tempoctl::model::evidence::{Evidence, RootCounts, StoppedService};
use tempoctl::model::marker::{Watch, WatchEnd};
use tempoctl::model::prometheus::PromSeries;
use tempoctl::model::report::ReportCause;
use tempoctl::model::tempo::{HttpAnswer, MetricSample, MetricsScrape, ScrapeSource};
use tempoctl::model::{Fact, Failure, FailureKind, Hop, Slot, VerdictStatus};
use tempoctl::parse::{app_env, collector, exposition};

use crate::compose_cases::list_compose_cases;
use crate::evidence::{list_evidence_cases, read_evidence, read_recorded};
use crate::fact_account::FactAccount;
use crate::generated::{hold, root};

// Layers.

/// Every Rust file of a folder, however deep.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The folders below `src/`: each is a layer.
fn layers() -> BTreeSet<String> {
    std::fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect()
}

/// What the layer's own `May import` line allows; `None` for all but cli.
fn allowed(layer: &str, text: &str) -> Option<BTreeSet<String>> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("//! May import: "))
        .unwrap_or_else(|| panic!("src/{layer}/mod.rs does not say what it may import"));
    let line = line.split(';').next().unwrap().trim_end_matches('.');
    let mut names: BTreeSet<String> = line.split(", ").map(|name| name.trim().to_owned()).collect();
    if names.contains("all but cli") {
        return None;
    }
    names.remove("nothing");
    for name in &names {
        assert!(
            layers().contains(name),
            "src/{layer}/mod.rs may import '{name}', which is no layer"
        );
    }
    names.insert(layer.to_owned());
    Some(names)
}

/// The modules that one line of code reaches from the crate's root: `crate::model::Hop`, `use crate::{parse, model};`
fn reached(line: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    };
    line.match_indices("crate::")
        .flat_map(|(at, start)| {
            let rest = &line[at + start.len()..];
            match rest.strip_prefix('{') {
                Some(group) => group.split([',', '}']).map(|part| word(part.trim())).collect(),
                None => vec![word(rest)],
            }
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn no_layer_imports_what_it_may_not() {
    let mut wrong = Vec::new();
    for layer in layers() {
        let folder = root().join("src").join(&layer);
        let allowed = allowed(&layer, &std::fs::read_to_string(folder.join("mod.rs")).unwrap());
        let is_denied = |name: &String| match &allowed {
            Some(names) => !names.contains(name),
            None => name == "cli",
        };
        for path in sources(&folder) {
            let text = std::fs::read_to_string(&path).unwrap();
            let shown = path.strip_prefix(root()).unwrap().display().to_string();
            let below = path.strip_prefix(&folder).unwrap().components().count();
            let depth = below + usize::from(path.file_name().is_none_or(|name| name != "mod.rs"));
            for (number, line) in text
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
            {
                for name in reached(line).into_iter().filter(is_denied) {
                    wrong.push(format!("{shown}:{}: {layer} may not import {name}", number + 1));
                }
                // A path that climbs out of its layer would slip past the line above. An inline module adds one step.
                let climbs = line.match_indices("super::").count();
                let tests = path.to_string_lossy().ends_with("_tests.rs") || text.contains("\nmod tests {");
                let inline = usize::from(tests);
                if line.contains(&"super::".repeat(climbs.max(1))) && climbs > depth - 1 + inline {
                    wrong.push(format!("{shown}:{}: climbs out of its layer", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_clients_speak_http_to_the_outside() {
    for path in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let client = path.starts_with(root().join("src/clients"));
        assert!(client || !text.contains("reqwest::"), "{} uses reqwest", path.display());
    }
}

// The registry of checks.

/// The files that hold a check, in the order of the pipeline: hop, module.
fn check_files() -> Vec<(Hop, String)> {
    let mut found = Vec::new();
    for hop in Hop::ALL {
        let folder = root().join("src/checks").join(hop.name().replace('-', "_"));
        if !folder.is_dir() {
            continue;
        }
        for path in sources(&folder) {
            if std::fs::read_to_string(&path).unwrap().contains("pub static CHECK: ") {
                found.push((hop, path.file_stem().unwrap().to_string_lossy().into_owned()));
            }
        }
    }
    found
}

#[test]
fn the_generated_registry_of_checks_is_fresh() {
    let mut text = String::from(
        "//! Every check, upstream first. Generated by `make regen` from the files in the folders beside this one.\n\n\
         use super::*;\n\n\
         /// Every check, in the order of the pipeline.\n\
         pub static CHECKS: &[&Check] = &[\n",
    );
    for (hop, module) in check_files() {
        text.push_str(&format!("    &{}::{module}::CHECK,\n", hop.name().replace('-', "_")));
    }
    text.push_str("];\n");
    hold(&root().join("src/checks/registry.rs"), &text);
}

#[test]
fn every_check_says_who_it_is() {
    let mut ids = BTreeSet::new();
    for ((hop, module), check) in check_files().into_iter().zip(CHECKS) {
        let id = check.id;
        assert!(ids.insert(id), "{id} is there twice");
        assert_eq!(check.hop, hop, "{id} stands in the folder of {hop} ({module})");
        assert!(
            id.starts_with(&format!("{hop}.")),
            "{id} does not begin with its hop, {hop}"
        );
        assert!(!check.title.trim().is_empty(), "{id} has no title");
        assert!(!check.causes.is_empty(), "{id} can name no cause");
        let named: BTreeSet<&str> = check.causes.iter().copied().collect();
        assert_eq!(named.len(), check.causes.len(), "{id} names a cause twice");
        let needs: BTreeSet<Fact> = check.facts().collect();
        assert_eq!(needs.len(), check.facts().count(), "{id} declares a need twice");
        for cause in check.causes {
            assert!(
                causes::find_cause(cause).is_some(),
                "{id} names {cause}, which the catalogue does not have"
            );
        }
    }
}

#[test]
fn what_a_cause_explains_are_checks() {
    // Patterns for hops that are not examined yet lead nowhere, and do no harm.
    let hops: BTreeSet<Hop> = CHECKS.iter().map(|check| check.hop).collect();
    let mut wrong = Vec::new();
    for cause in causes::list_causes() {
        for pattern in &cause.explains {
            let examined = hops.iter().any(|hop| pattern.starts_with(&format!("{hop}.")));
            if examined
                && !CHECKS
                    .iter()
                    .any(|check| tempoctl::parse::glob::matches_glob(pattern, check.id))
            {
                wrong.push(format!("{} explains '{pattern}', which is no check", cause.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// What a check reads, and what it names.

/// A way to leave a fact out, look, and put it back.
type Without = fn(&mut Evidence, &mut dyn FnMut(&Evidence));

macro_rules! without {
    ($($group:ident.$slot:ident),* $(,)?) => {
        [$(|evidence, look| {
            let kept = std::mem::replace(&mut evidence.$group.$slot, Slot::NotAsked);
            look(evidence);
            for kind in [FailureKind::Refused, FailureKind::Redirected] {
                evidence.$group.$slot = Slot::failed(Failure::new(kind, "GET /", "gone"));
                look(evidence);
            }
            evidence.$group.$slot = kept;
        }),*]
    };
}

/// Each fact in turn: not asked, and failed in several ways.
const WITHOUT: [Without; 40] = without![
    tempo.ready,
    tempo.echo,
    tempo.buildinfo,
    tempo.services,
    tempo.endpoints,
    tempo.config,
    tempo.runtime_config,
    tempo.metrics_before,
    tempo.metrics_after,
    tempo.ingester_ring,
    tempo.found_prefix,
    receiver.push,
    receiver.backdated_push,
    query.by_id,
    query.search,
    query.wide_search,
    query.traceql_metrics,
    prometheus.ready,
    prometheus.buildinfo,
    prometheus.flags,
    prometheus.targets,
    prometheus.write_probe,
    prometheus.query_probe,
    prometheus.series_before,
    prometheus.series_after,
    prometheus.metric_names,
    prometheus.exemplars,
    prometheus.freshest,
    prometheus.tempo_scraped,
    app.services,
    app.earlier_services,
    app.later_services,
    app.stopped,
    app.environment,
    collector.metrics_before,
    collector.metrics_after,
    collector.health,
    grafana.health,
    grafana.org,
    grafana.sources,
];

/// Nothing was pushed: an application's spans are followed, and its newest sample is that old.
fn without_marker(evidence: &mut Evidence, newest: f64) {
    evidence.request.no_marker = true;
    evidence.marker = None;
    evidence.receiver = Default::default();
    evidence.prometheus.freshest = Slot::known(
        vec![PromSeries {
            labels: BTreeMap::new(),
            points: vec![(1.0, newest)],
        }],
        1,
    );
}

/// What recorded evidence cannot hold, because nobody recorded it: searches, readiness, other rings, another default.
const BENT: [fn(&mut Evidence); 29] = [
    // A dashboard that asks for what is made of spans, of which there were none, beside a silent generator.
    |evidence| {
        for slot in [&mut evidence.tempo.metrics_before, &mut evidence.tempo.metrics_after] {
            if let Slot::Known { value, .. } = slot {
                value.samples.retain(|sample| {
                    !sample.name.contains("metrics_generator") && !sample.name.contains("remote_storage")
                });
            }
        }
        evidence.prometheus.metric_names = Slot::NotAsked;
        evidence.prometheus.series_before = Slot::NotAsked;
        evidence.prometheus.series_after = Slot::NotAsked;
        evidence.prometheus.write_probe = Slot::NotAsked;
        evidence.tempo.services = Slot::NotAsked;
        evidence.grafana.sources = Slot::known(Vec::new(), 1);
        evidence.dashboards.listed = Slot::known(1, 1);
        evidence.dashboards.examined = vec![serde_json::from_value(serde_json::json!({"title": "T", "panels": [{
            "id": "1", "title": "P", "queries": [{"ref_id": "A", "source": {"state": "found", "uid": "p"}, "language": "promql",
                "expr": "x", "ran": {"outcome": "empty"}, "empty_variables": [], "unknown_variables": [], "apart": {},
                "parts": [{"text": "x", "metric": "traces_spanmetrics_calls_total", "presence": "never", "culprits": [],
                    "together": false, "near": [], "range_s": null, "total": null, "matching": null, "samples": null,
                    "interval_s": null, "other_form": null}]}]}]}))
        .unwrap()];
    },
    // Grafana's data sources: one that reaches nobody, one with a slash at its end, one that has nothing of the marker.
    |evidence| {
        for through in &mut evidence.grafana.tempo {
            through.echo = Slot::known(answer(502, ""), 1);
            through.health = Slot::NotAsked;
        }
        for through in &mut evidence.grafana.prometheus {
            through.probe = Slot::known(answer(502, ""), 1);
        }
        if let Slot::Known { value, .. } = &mut evidence.grafana.sources {
            for source in value {
                source.url = source
                    .url
                    .as_ref()
                    .map(|url| url.replace("127.0.0.1:9095", "127.0.0.1:3200"));
            }
        }
    },
    |evidence| {
        if let Slot::Known { value, .. } = &mut evidence.grafana.sources {
            for source in value {
                source.url = source.url.as_ref().map(|url| format!("{url}/"));
            }
        }
        for through in &mut evidence.grafana.tempo {
            through.query = Slot::known(answer(400, r#"{"results":{"A":{"error":"404","status":500}}}"#), 1);
        }
    },
    |evidence| {
        for through in &mut evidence.grafana.prometheus {
            through.series = Slot::known(Vec::new(), 1);
        }
    },
    |evidence| without_marker(evidence, 0.0),
    |evidence| without_marker(evidence, f64::MAX),
    // Counters without a generator's: only the waiting Prometheus speaks of a branch.
    |evidence| {
        for slot in [&mut evidence.tempo.metrics_before, &mut evidence.tempo.metrics_after] {
            if let Slot::Known { value, .. } = slot {
                value.samples.retain(|sample| {
                    !sample.name.contains("metrics_generator") && !sample.name.contains("remote_storage")
                });
            }
        }
        evidence.prometheus.metric_names = Slot::NotAsked;
        evidence.prometheus.series_before = Slot::NotAsked;
        evidence.prometheus.series_after = Slot::NotAsked;
    },
    |evidence| {
        evidence.prometheus.write_probe = Slot::NotAsked;
        evidence.prometheus.query_probe = Slot::NotAsked;
    },
    |evidence| evidence.targets.prometheus.given = false,
    |evidence| {
        evidence.targets.prometheus.given = false;
        evidence.prometheus.query_probe = Slot::failed(Failure::new(FailureKind::Refused, "GET /", "refused"));
    },
    |evidence| {
        evidence.query.search_watch = Some(make_watch(false));
        evidence.query.search = Slot::known(Vec::new(), 1);
    },
    |evidence| {
        evidence.query.search_watch = Some(make_watch(false));
        evidence.query.search = Slot::known(Vec::new(), 1);
        evidence.tempo.services = Slot::NotAsked;
        evidence.tempo.metrics_after = Slot::NotAsked;
        evidence.tempo.metrics_before = Slot::NotAsked;
    },
    |evidence| {
        evidence.query.search_watch = Some(make_watch(false));
        evidence.query.search = Slot::failed(Failure::new(FailureKind::TimedOut, "GET /", "slow"));
    },
    |evidence| {
        evidence.tempo.services = Slot::NotAsked;
        evidence.tempo.metrics_after = Slot::NotAsked;
        evidence.tempo.metrics_before = Slot::NotAsked;
    },
    |evidence| evidence.tempo.ready = Slot::known(answer(503, "Some services are not Running:\nStarting: 1\n"), 1),
    |evidence| evidence.tempo.echo = Slot::known(answer(200, "<html>"), 1),
    |evidence| {
        evidence.tempo.echo = Slot::known(answer(404, "404 page not found"), 1);
        evidence.tempo.found_prefix = Slot::known("/tempo".to_owned(), 1);
        evidence.tempo.endpoints = Slot::known(vec!["/tempo/api/echo".to_owned()], 1);
    },
    |evidence| {
        for slot in [&mut evidence.tempo.metrics_before, &mut evidence.tempo.metrics_after] {
            if let Slot::Known { value, .. } = slot {
                value.samples.push(MetricSample {
                    name: "tempo_ring_members".to_owned(),
                    labels: BTreeMap::from([
                        ("name".to_owned(), "live-store".to_owned()),
                        ("state".to_owned(), "Unhealthy".to_owned()),
                    ]),
                    value: 1.0,
                });
            }
        }
    },
    |evidence| {
        evidence.query.by_id_watch = Some(make_watch(false));
        evidence.query.by_id = Slot::NotAsked;
    },
    |evidence| {
        evidence.query.by_id_watch = None;
        evidence.prometheus.calls_watch = None;
        evidence.prometheus.graph_watch = None;
        evidence.prometheus.exemplar_watch = None;
    },
    |evidence| {
        evidence.prometheus.calls_watch = Some(make_watch(false));
        evidence.prometheus.graph_watch = Some(make_watch(false));
        evidence.prometheus.exemplar_watch = Some(make_watch(false));
    },
    |evidence| {
        evidence.prometheus.exemplar_watch = Some(make_watch(false));
        evidence.prometheus.exemplars = Slot::known(Vec::new(), 1);
    },
    // A collector that kept the marker, and a second marker past it.
    |evidence| past_a_collector(evidence, true),
    |evidence| past_a_collector(evidence, false),
    // A collector that hands the marker on and loses what others send.
    |evidence| {
        past_a_collector(evidence, true);
        evidence.collector.lost = None;
        evidence.collector.watch = Some(make_watch(true));
        if let Slot::Known { value, .. } = &mut evidence.tempo.config {
            value.0["multitenancy_enabled"] = true.into();
        }
        if let Slot::Known { value, .. } = &mut evidence.tempo.metrics_after {
            value.samples.push(MetricSample {
                name: "tempo_receiver_refused_spans".to_owned(),
                labels: BTreeMap::new(),
                value: 5.0,
            });
        }
    },
    |evidence| {
        let lines = [("OTEL_SDK_DISABLED".to_owned(), "true".to_owned())];
        evidence.app.environment = Slot::known(app_env::mask_environment("app.env", None, &lines), 1);
        without_marker(evidence, 0.0);
    },
    // A collector of which only its address is known, and one that only a port hints at.
    |evidence| {
        evidence.collector = CollectorFacts {
            known_by: Some(KnownBy::Behind),
            watch: Some(make_watch(false)),
            ..CollectorFacts::default()
        };
    },
    |evidence| {
        past_a_collector(evidence, true);
        evidence.collector.known_by = Some(KnownBy::Presumed);
        evidence.collector.metrics_before = Slot::NotAsked;
    },
    |evidence| {
        let lines =
            ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"].map(|name| (name.to_owned(), "x".to_owned()));
        evidence.app.environment = Slot::known(app_env::mask_environment("app.env", Some(true), &lines), 1);
        evidence.app.stopped = Slot::known(
            vec![StoppedService {
                name: "cart".to_owned(),
                last_seen: 1.0,
            }],
            1,
        );
        evidence.app.roots = Some(RootCounts { traces: 10, without: 5 });
    },
];

/// The first marker did not come out of the collector; what the evidence says is of a second one.
fn past_a_collector(evidence: &mut Evidence, taken: bool) {
    let Some(marker) = evidence.marker.clone() else { return };
    let mut push = match taken {
        true => evidence.receiver.push.clone(),
        false => Slot::failed(Failure::new(FailureKind::Refused, "POST /", "refused")),
    };
    if let Slot::Known { value, .. } = &mut push {
        value.http_status = Some(200);
        value.rejected_spans = 0;
    }
    let exposition = |sent: u32| {
        format!(
            "otelcol_receiver_accepted_spans{{receiver=\"otlp\"}} {sent}\notelcol_exporter_send_failed_spans{{exporter=\"otlp\"}} {sent}\n"
        )
    };
    let scrape = |sent: u32| {
        Slot::known(answer(200, &exposition(sent)), 1)
            .and_then(|answer| collector::parse_collector_scrape(answer, f64::from(sent)))
    };
    evidence.collector = CollectorFacts {
        known_by: Some(KnownBy::Metrics),
        metrics_url: Some(evidence.targets.tempo.clone()),
        behind: Some(ReceiverEndpoint {
            target: evidence.targets.otlp.clone(),
            protocol: evidence.targets.protocol,
        }),
        health: Slot::known(answer(503, "{\"status\":\"Server not available\"}"), 1),
        metrics_before: scrape(1),
        metrics_after: scrape(3),
        watch: Some(make_watch(false)),
        lost: Some(LostMarker {
            marker,
            sent_to: evidence.targets.otlp.clone(),
            protocol: evidence.targets.protocol,
            push,
            alternatives: Vec::new(),
            read: Slot::NotAsked,
        }),
        ..CollectorFacts::default()
    };
}

/// A wait that ended with what was waited for, or at its deadline.
fn make_watch(seen: bool) -> Watch {
    Watch {
        seen_after_ms: seen.then_some(1_000),
        waited_ms: 60_000,
        deadline_ms: 60_000,
        ended: if seen { WatchEnd::Seen } else { WatchEnd::Deadline },
    }
}

fn answer(status: u16, body: &str) -> HttpAnswer {
    HttpAnswer {
        request: "GET /".to_owned(),
        status,
        headers: BTreeMap::new(),
        body: body.to_owned(),
    }
}

/// All recorded evidence, as it is, bent, and with each of its facts left out.
fn cases(look: &mut dyn FnMut(&Evidence)) {
    for (_, mut evidence) in read_recorded() {
        look(&evidence);
        for bend in BENT {
            let mut bent = evidence.clone();
            bend(&mut bent);
            look(&bent);
            bent.tempo.config = Slot::NotAsked;
            bent.tempo.runtime_config = Slot::NotAsked;
            look(&bent);
            bent.tempo.metrics_after = Slot::NotAsked;
            bent.tempo.metrics_before = Slot::NotAsked;
            look(&bent);
            bent.prometheus.metric_names = Slot::NotAsked;
            bent.prometheus.series_before = Slot::NotAsked;
            bent.prometheus.series_after = Slot::NotAsked;
            look(&bent);
        }
        for without in WITHOUT {
            without(&mut evidence, look);
        }
        evidence.request.no_marker = true;
        look(&evidence);
        evidence.marker = None;
        evidence.receiver = Default::default();
        look(&evidence);
        evidence.request.fast = true;
        evidence.request.no_marker = false;
        look(&evidence);
    }
}

#[test]
fn checks_read_what_they_declare_and_declare_what_they_read() {
    let mut account = FactAccount::default();
    cases(&mut |evidence| account.add(evidence));
    for case in list_evidence_cases() {
        account.add(&read_evidence(&case.name));
    }
    for case in list_compose_cases() {
        account.add(&case.examine());
    }
    let mut wrong: Vec<String> = account.undeclared.iter().cloned().collect();
    wrong.extend(account.unread());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// What any verdict owes its evidence.

#[test]
fn nothing_failed_and_cut_short_is_never_healthy() {
    let mut healthy = 0;
    for (name, mut evidence) in read_recorded() {
        let whole = diagnose_evidence(&evidence).verdict;
        evidence.interrupted = Some("the run was cancelled".to_owned());
        let cut = diagnose_evidence(&evidence).verdict;
        if whole.status == VerdictStatus::Healthy {
            healthy += 1;
            assert_eq!(cut.status, VerdictStatus::Inconclusive, "{name}: {}", cut.summary);
        } else {
            assert_ne!(cut.status, VerdictStatus::Healthy, "{name}: {}", cut.summary);
        }
        // Who was not waited for is not accused of being silent.
        let stands = |causes: Vec<ReportCause>| -> Vec<ReportCause> {
            causes
                .into_iter()
                .filter(|cause| cause.check != "app.sending")
                .collect()
        };
        assert_eq!(stands(cut.causes), stands(whole.causes), "{name}");
    }
    assert!(healthy >= 2, "the healthy stacks were judged");
}

#[test]
fn a_cut_run_is_not_healthy_whatever_it_lacks() {
    let mut evidence = read_evidence("recorded-healthy-3.0.3");
    evidence.interrupted = Some("the run was cancelled".to_owned());
    for without in WITHOUT {
        without(&mut evidence, &mut |evidence| {
            let verdict = diagnose_evidence(evidence).verdict;
            assert_ne!(verdict.status, VerdictStatus::Healthy, "{}", verdict.summary);
        });
    }
}

/// The outcomes in that order.
fn shuffled(mut judged: Vec<CheckResult>, keys: &[u32]) -> Vec<CheckResult> {
    judged.sort_by_key(|one| {
        let at = CHECKS.iter().position(|check| check.id == one.check.id).unwrap();
        keys[at % keys.len()]
    });
    judged
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// The order of the registry changes no verdict.
    #[test]
    fn order_changes_no_verdict(keys in prop::collection::vec(any::<u32>(), 64), without in 0..WITHOUT.len()) {
        for (name, mut evidence) in read_recorded() {
            WITHOUT[without](&mut evidence, &mut |evidence| {
                let judged = || diagnose::check_run::run_checks(evidence, &CheckSelection::default());
                let straight = diagnose::build_report(evidence, &judged());
                let other = diagnose::build_report(evidence, &shuffled(judged(), &keys));
                assert_eq!(straight.verdict, other.verdict, "{name}");
                assert_eq!(straight.marker, other.marker, "{name}");
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// What is saved is what was gathered, whatever the numbers and texts.
    #[test]
    fn evidence_survives_the_way_through_json(
        values in prop::collection::vec(any::<f64>(), 1..5),
        label in any::<String>(),
        at in 0.0..4e9_f64,
        detail in any::<String>(),
        took in any::<u64>(),
    ) {
        let mut evidence = bare();
        let samples = values.iter().map(|value| MetricSample {
            name: "one".to_owned(),
            labels: BTreeMap::from([("label".to_owned(), label.clone())]),
            value: *value,
        });
        let scrape = MetricsScrape { source: ScrapeSource::Direct, at, samples: samples.collect() };
        evidence.tempo.metrics_after = Slot::known(scrape, took);
        evidence.tempo.ready = Slot::failed(Failure::new(FailureKind::Http, label, &detail));
        evidence.notes.push(detail);
        let text = serde_json::to_string(&evidence).unwrap();
        let read: Evidence = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, evidence);
    }
}

/// JSON has no NaN and no infinity: what could not be saved is not gathered.
#[test]
fn what_is_no_number_is_left_out_on_reading() {
    let mut evidence = bare();
    let exposition = "tempo_build_info 1\ntempo_distributor_spans_received_total NaN\n\
                      tempo_discarded_spans_total +Inf\ntempo_distributor_bytes_received_total -Inf\n";
    evidence.tempo.metrics_after = Slot::known(answer(200, exposition), 1)
        .and_then(|answer| status::parse_scrape(answer, 1.0, exposition::is_kept_family));
    let series = r#"{"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"__name__":"a"},"value":[1,"NaN"]},{"metric":{"__name__":"b"},"value":[1,"+Inf"]}]}}"#;
    evidence.prometheus.series_after = Slot::known(answer(200, series), 1).and_then(query_result::parse_series);
    assert!(evidence.tempo.metrics_after.get().is_some() && evidence.prometheus.series_after.get().is_some());
    let text = serde_json::to_string(&evidence).unwrap();
    let read: Evidence = serde_json::from_str(&text).unwrap();
    assert_eq!(read, evidence);
}

/// Evidence with a marker's addresses and nothing else.
fn bare() -> Evidence {
    Evidence {
        tempo: Default::default(),
        receiver: Default::default(),
        query: Default::default(),
        prometheus: Default::default(),
        app: Default::default(),
        collector: Default::default(),
        grafana: Default::default(),
        dashboards: Default::default(),
        ..read_evidence("recorded-healthy-3.0.3")
    }
}
