//! In the Compose files, the links between Grafana's data sources are complete.

use serde_json::Value;

use super::compose_url::{ProvisionedDataSource, list_provisioned_data_sources};
use super::provisioning::quote_yaml;
use crate::checks::Check;
use crate::checks::compose::{self, build_file_evidence, build_setting_evidence, tempo_service};
use crate::checks::remote_write::compose_url::find_written_prometheus;
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, MountedConfig};
use telemetry::model::{CheckOutcome, Fact, Finding};
use telemetry::text::join_words;

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "grafana.compose-links",
    title: "in the Compose files, the links between Grafana's data sources are complete",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let all = list_provisioned_data_sources(project);
    if all.is_empty() {
        return CheckOutcome::not_applicable("these files provision no data source");
    }
    let generator = find_written_metrics(project);
    let mut found = list_dead_links(&all);
    for one in &all {
        found.extend(find_misplaced_settings(one));
        found.extend(find_streaming_mismatch(project, one));
        found.extend(find_missing_tenant(project, one));
        found.extend(find_escape_errors(one));
        if let Some(generator) = &generator {
            found.extend(find_missing_service_map(&all, one, generator));
            found.extend(find_unlinked_exemplars(&all, one, generator));
        }
    }
    CheckOutcome::of_findings(found)
        .unwrap_or_else(|| CheckOutcome::pass(format!("{} data sources; every link points at one of them", all.len())))
}

/// What the generator writes to a Prometheus of this project.
struct WrittenMetrics<'a> {
    config: &'a MountedConfig,
    prometheus: &'a ComposeService,
}

fn find_written_metrics(project: &ComposeProject) -> Option<WrittenMetrics<'_>> {
    let (_, config) = tempo_service::find_services_running(project, "metrics-generator").next()?;
    let prometheus = find_written_prometheus(project)?;
    Some(WrittenMetrics { config, prometheus })
}

impl WrittenMetrics<'_> {
    fn has_processor(&self, start: &str) -> bool {
        tempo_service::find_processors(self.config)
            .is_some_and(|(_, listed)| listed.iter().any(|name| name.starts_with(start)))
    }

    /// The label that exemplars carry their trace id in, and where it is set (grafana/tempo v3.0.3:
    /// modules/generator/registry/histogram.go).
    fn find_trace_label(&self) -> (&str, Option<&'static str>) {
        const PLACES: [&str; 2] = [
            "/overrides/defaults/metrics_generator/trace_id_label_name",
            "/overrides/metrics_generator_trace_id_label_name",
        ];
        let set = PLACES.into_iter().find_map(|place| {
            let label = self.config.text(place).filter(|label| !label.is_empty())?;
            Some((label, Some(place)))
        });
        set.unwrap_or(("traceID", None))
    }
}

/// Settings of a data source that Grafana reads below `jsonData` alone.
const JSON_DATA: [&str; 16] = [
    "derivedFields",
    "exemplarTraceIdDestinations",
    "httpMethod",
    "lokiSearch",
    "nodeGraph",
    "search",
    "serviceMap",
    "spanBar",
    "streamingEnabled",
    "timeInterval",
    "tlsSkipVerify",
    "traceQuery",
    "tracesToLogs",
    "tracesToLogsV2",
    "tracesToMetrics",
    "tracesToProfiles",
];

fn is_misplaced(one: &ProvisionedDataSource<'_>, key: &str) -> bool {
    one.entry.get(key).is_some() || one.entry["secureJsonData"].get(key).is_some()
}

/// Settings that stand beside `jsonData`: Grafana passes them over in silence.
fn find_misplaced_settings(one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let keys: Vec<&str> = JSON_DATA.into_iter().filter(|key| is_misplaced(one, key)).collect();
    let named = join_words(&keys);
    if keys.is_empty() {
        return None;
    }
    let lines: String = keys.iter().map(|key| format!("\n  {key}: …")).collect();
    Some(
        Finding::degraded(
            "ds-settings-misplaced",
            format!(
                "the data source \"{}\" has {named} outside jsonData, where Grafana ignores it",
                one.name()
            ),
        )
        .with_evidence_lines(keys.iter().map(|key| {
            let place = if one.entry.get(key).is_some() {
                ""
            } else {
                "/secureJsonData"
            };
            let pointer = format!("{}{place}/{key}", one.at);
            build_file_evidence(
                &one.config.location(&pointer),
                compose::render_pointer(&pointer),
                "not below jsonData",
            )
        }))
        .with_remedy(format!("indent {named} below jsonData in {}:", one.config.file))
        .with_config(one.render_entry(&format!("jsonData:{lines}"))),
    )
}

/// The generator makes a service graph, and the data source does not say where it is.
fn find_missing_service_map(
    all: &[ProvisionedDataSource<'_>],
    one: &ProvisionedDataSource<'_>,
    generator: &WrittenMetrics<'_>,
) -> Option<Finding> {
    let setting = format!("{}/jsonData/serviceMap/datasourceUid", one.at);
    let named = one.config.text(&setting).is_some_and(|uid| !uid.is_empty());
    let made = generator.has_processor("service-graphs");
    if one.kind() != "tempo" || named || !made || is_misplaced(one, "serviceMap") {
        return None;
    }
    let prometheus = all.iter().find(|other| other.kind() == "prometheus")?;
    let uid = prometheus.reference();
    let (processors, _) = tempo_service::find_processors(generator.config)?;
    Some(
        Finding::degraded(
            "sg-datasource-not-linked",
            format!(
                "the data source \"{}\" names no data source for the service graph, so the graph stays empty",
                one.name()
            ),
        )
        .with_evidence_lines([
            build_setting_evidence(one.config, &setting),
            build_setting_evidence(generator.config, processors),
        ])
        .with_remedy(format!("name the Prometheus data source in {}:", one.config.file))
        .with_config(one.render_entry(&format!("jsonData:\n  serviceMap:\n    datasourceUid: {uid}"))),
    )
}

/// Tempo sends exemplars, and Grafana links none of them: no destination, or one for another label.
fn find_unlinked_exemplars(
    all: &[ProvisionedDataSource<'_>],
    one: &ProvisionedDataSource<'_>,
    generator: &WrittenMetrics<'_>,
) -> Option<Finding> {
    if one.kind() != "prometheus"
        || is_misplaced(one, "exemplarTraceIdDestinations")
        || !generator.has_processor("")
        || one.find_service_name() != Some(generator.prometheus.name.as_str())
    {
        return None;
    }
    let sent = tempo_service::find_sent_exemplars(generator.config)?;
    let (label, set_at) = generator.find_trace_label();
    let setting = format!("{}/jsonData/exemplarTraceIdDestinations", one.at);
    let names: Vec<(String, &str)> = one
        .config
        .at(&setting)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
        .filter_map(|(index, link)| Some((format!("{setting}/{index}/name"), link["name"].as_str()?)))
        .collect();
    if names.iter().any(|(_, name)| *name == label || name.contains('$')) {
        return None;
    }
    let tempo = all.iter().find(|other| other.kind() == "tempo");
    let finding = match names.first() {
        Some((_, name)) => Finding::degraded(
            "ex-label-mismatch",
            format!(
                "the data source \"{}\" links the exemplar label {name}, but Tempo writes {label}",
                one.name()
            ),
        )
        .with_evidence_lines(
            names
                .iter()
                .map(|(pointer, _)| build_setting_evidence(one.config, pointer)),
        )
        .with_evidence_lines(set_at.map(|place| build_setting_evidence(generator.config, place))),
        None => Finding::degraded(
            "ex-destination-missing",
            format!(
                "the data source \"{}\" links exemplars to no trace, although Tempo sends them",
                one.name()
            ),
        )
        .with_evidence_lines([build_setting_evidence(one.config, &setting)]),
    };
    Some(
        finding
            .with_evidence_lines([build_setting_evidence(generator.config, &sent)])
            .with_remedy(format!("link the label in {}:", one.config.file))
            .with_config(one.render_entry(&format!(
                "jsonData:\n  exemplarTraceIdDestinations:\n    - name: {label}\n      datasourceUid: {}",
                tempo.map_or("tempo", ProvisionedDataSource::reference)
            ))),
    )
}

/// Settings that lead to a uid which no file gives to a data source; those that lead to the same one together.
fn list_dead_links(all: &[ProvisionedDataSource<'_>]) -> Vec<Finding> {
    // A uid with a variable that nobody sets here may be any.
    let is_uid = |own: &str, uid: &str| own == uid || own.contains('$');
    let is_there = |uid: &str| {
        let fits = |other: &ProvisionedDataSource<'_>| other.uid().is_some_and(|own| is_uid(own, uid));
        all.iter().any(|other| fits(other) || other.name() == uid)
    };
    let mut dead: Vec<(String, Vec<DeadLink<'_>>)> = Vec::new();
    for one in all {
        let mut links = Vec::new();
        collect_links(&one.entry["jsonData"], &format!("{}/jsonData", one.at), &mut links);
        for (pointer, uid) in links {
            if uid.contains('$') || uid.starts_with('-') || is_there(&uid) {
                continue;
            }
            let link = DeadLink { one, pointer };
            match dead.iter_mut().find(|(other, _)| *other == uid) {
                Some((_, same)) => same.push(link),
                None => dead.push((uid, vec![link])),
            }
        }
    }
    dead.iter()
        .filter_map(|(uid, links)| Some(explain_dead_links(all, uid, links.first()?, links)))
        .collect()
}

/// A setting and the data source that it belongs to.
struct DeadLink<'a> {
    one: &'a ProvisionedDataSource<'a>,
    pointer: String,
}

fn explain_dead_links(
    all: &[ProvisionedDataSource<'_>],
    uid: &str,
    first: &DeadLink<'_>,
    links: &[DeadLink<'_>],
) -> Finding {
    // A data source without a uid gets one that Grafana makes up.
    let nameless = all.iter().filter(|other| other.uid().is_none());
    let is_meant = |other: &&ProvisionedDataSource<'_>| {
        [other.name(), other.kind()]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(uid))
    };
    let meant = nameless.clone().find(is_meant).or_else(|| all.iter().find(is_meant));
    let finding = Finding::degraded(
        "ds-uid-mismatch",
        format!(
            "{} of the data source \"{}\" points at the uid \"{uid}\", which no data source here has",
            compose::render_pointer(&first.pointer)
                .rsplit("jsonData.")
                .next()
                .unwrap_or_default(),
            first.one.name()
        ),
    )
    .with_evidence_lines(
        links
            .iter()
            .map(|link| build_setting_evidence(link.one.config, &link.pointer)),
    )
    .with_evidence_lines(nameless.map(|other| {
        build_file_evidence(
            &other.config.location(&format!("{}/uid", other.at)),
            format!("uid of \"{}\"", other.name()),
            "not set: Grafana generates one",
        )
    }));
    match meant {
        Some(meant) => finding
            .with_remedy(format!("set the uid in {}:", meant.config.location(&meant.at).file))
            .with_config(meant.render_entry(&format!("uid: {}", quote_yaml(uid)))),
        None if let Some(only) = find_only_target(all, &first.pointer) => finding
            .with_remedy(format!(
                "point the link at the data source \"{}\" in {}:",
                only.name(),
                first.one.config.location(&first.pointer)
            ))
            .with_config(format!("datasourceUid: {}", quote_yaml(only.reference()))),
        None => finding
            .with_remedy(format!(
                "give the data source that is meant this uid, or correct the uid in {}:",
                first.one.config.location(&first.pointer).file
            ))
            .with_config(format!("uid: {}", quote_yaml(uid))),
    }
}

/// The only data source of the kind that a link leads to, by the setting that holds it.
fn find_only_target<'a, 'p>(
    all: &'a [ProvisionedDataSource<'p>],
    pointer: &str,
) -> Option<&'a ProvisionedDataSource<'p>> {
    const SETTINGS: [(&str, &str); 6] = [
        ("derivedFields", "tempo"),
        ("exemplarTraceIdDestinations", "tempo"),
        ("lokiSearch", "loki"),
        ("serviceMap", "prometheus"),
        ("tracesToLogs", "loki"),
        ("tracesToMetrics", "prometheus"),
    ];
    let setting = pointer.rsplit_once("/jsonData/")?.1;
    let (_, kind) = SETTINGS.into_iter().find(|(start, _)| setting.starts_with(start))?;
    let mut fitting = all.iter().filter(|one| one.kind() == kind);
    let only = fitting.next()?;
    (fitting.next().is_none() && only.uid().is_some()).then_some(only)
}

fn collect_links(value: &Value, pointer: &str, links: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, below) in map {
                let at = format!("{pointer}/{key}");
                match below.as_str() {
                    Some(uid) if key == "datasourceUid" && !uid.is_empty() => links.push((at, uid.to_owned())),
                    _ => collect_links(below, &at, links),
                }
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                collect_links(below, &format!("{pointer}/{index}"), links);
            }
        }
        _ => {}
    }
}

/// Streaming goes over gRPC on the HTTP port, which Tempo opens only when told.
fn find_streaming_mismatch(project: &ComposeProject, one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    if one.kind() != "tempo" {
        return None;
    }
    let asked = ["search", "metrics"].iter().find_map(|what| {
        let pointer = format!("{}/jsonData/streamingEnabled/{what}", one.at);
        (one.config.at(&pointer) == Some(&Value::Bool(true))).then_some(pointer)
    })?;
    let (_, config) = tempo_service::find_services_running(project, "query-frontend").next()?;
    let on = "/stream_over_http_enabled";
    (config.at(on) != Some(&Value::Bool(true))).then(|| {
        Finding::degraded(
            "ds-streaming-not-enabled",
            format!(
                "the data source \"{}\" streams, but Tempo has streaming disabled",
                one.name()
            ),
        )
        .with_evidence_lines([
            build_setting_evidence(one.config, &asked),
            build_setting_evidence(config, on),
        ])
        .with_remedy(format!("enable streaming in {}:", config.file))
        .with_config("stream_over_http_enabled: true")
    })
}

fn find_missing_tenant(project: &ComposeProject, one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let tenancy = project
        .services_with_role(ComposeRole::Tempo)
        .find_map(tempo_service::find_multitenancy)
        .filter(|_| one.kind() == "tempo")?;
    let json = one.entry["jsonData"].as_object();
    let number = json.into_iter().flatten().find_map(|(key, value)| {
        let number = key.strip_prefix("httpHeaderName")?;
        value.as_str()?.eq_ignore_ascii_case("x-scope-orgid").then_some(number)
    });
    let value = number.map(|number| format!("httpHeaderValue{number}"));
    let whole = value
        .as_ref()
        .is_some_and(|value| one.entry["secureJsonData"].get(value).is_some());
    (!whole).then(|| {
        Finding::broken(
            "ds-missing-tenant-header",
            format!(
                "Tempo requires a tenant with every query, but the data source \"{}\" sends none",
                one.name()
            ),
        )
        .with_evidence_lines([
            tenancy,
            build_file_evidence(
                &one.config.location(&format!("{}/jsonData", one.at)),
                "httpHeaderName1: X-Scope-OrgID",
                if number.is_some() {
                    "without its value"
                } else {
                    "not set"
                },
            ),
        ])
        .with_remedy(format!("set the header's name and value in {}:", one.config.file))
        .with_config(
            one.render_entry(
                "jsonData:\n  httpHeaderName1: X-Scope-OrgID\nsecureJsonData:\n  httpHeaderValue1: team-a",
            ),
        )
    })
}

/// Provisioning puts variables into every text: `$__tags` has to be written `$$__tags`.
fn find_escape_errors(one: &ProvisionedDataSource<'_>) -> Option<Finding> {
    let mut found = Vec::new();
    collect_unescaped_variables(&one.entry["jsonData"], &format!("{}/jsonData", one.at), &mut found);
    if found.is_empty() {
        return None;
    }
    Some(
        Finding::degraded(
            "ds-provisioning-escape",
            format!(
                "a query of the data source \"{}\" loses its variable: provisioning expands a single $",
                one.name()
            ),
        )
        .with_evidence_lines(found.iter().map(|pointer| build_setting_evidence(one.config, pointer)))
        .with_remedy(format!("double the $ in {}:", one.config.file))
        .with_config(list_escaped_variables(one, &found).join("\n")),
    )
}

/// Variables of Grafana's own behind an odd number of `$`: where they begin, and `$__` or `${__`. `$__env{…}`, `$__file{…}` and
/// `$__vault{…}` are meant for provisioning (grafana 12.4.0: pkg/services/provisioning/values/values.go,
/// pkg/setting/expanders.go).
fn list_unescaped_variables(text: &str) -> Vec<(usize, &str)> {
    let is_expander = |rest: &str| ["env", "file", "vault"].iter().any(|name| rest.starts_with(name));
    let all = ["$__", "${__"].into_iter().flat_map(|start| text.match_indices(start));
    all.filter(|(at, start)| {
        let before = text[..*at].bytes().rev().take_while(|byte| *byte == b'$').count();
        before % 2 == 0 && !is_expander(&text[at + start.len()..])
    })
    .collect()
}

/// The variables of these settings as they have to be written, each once.
fn list_escaped_variables(one: &ProvisionedDataSource<'_>, pointers: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in pointers
        .iter()
        .filter_map(|pointer| one.config.tree.pointer(pointer)?.as_str())
    {
        for (at, start) in list_unescaped_variables(text) {
            let rest = &text[at + start.len()..];
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | '.'));
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
            let end = match (start, after.starts_with('}')) {
                ("$__", _) => "",
                (_, true) => "}",
                _ => "…}",
            };
            let escaped = format!("${start}{name}{end}");
            if !all.contains(&escaped) {
                all.push(escaped);
            }
        }
    }
    all
}

fn collect_unescaped_variables(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if !list_unescaped_variables(text).is_empty() => found.push(pointer.to_owned()),
        Value::Object(map) => {
            for (key, below) in map {
                collect_unescaped_variables(below, &format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, below) in items.iter().enumerate() {
                collect_unescaped_variables(below, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
