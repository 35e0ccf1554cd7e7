//! In the Compose files, Tempo starts with its configuration.

use serde_json::Value;

use crate::checks::Check;
use crate::checks::compose::{
    self, build_file_evidence, build_image_evidence, build_service_evidence, build_setting_evidence,
};
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, FileLocation, MountedConfig};
use telemetry::model::{CheckOutcome, EvidenceLine, Fact, Finding, Hop};
use telemetry::parse::tempo_keys::{self, KnownKeys, UnknownKey};
use telemetry::text::{join_words, quote_shell};

/// See the file's first line.
pub static CHECK: Check = Check {
    id: "query.compose-config",
    title: "in the Compose files, Tempo starts with its configuration",
    needs: &[&[Fact::Compose]],
    judge: |view| compose::judge_project(view, judge),
};

fn judge(project: &ComposeProject) -> CheckOutcome {
    let mut read = Vec::new();
    let mut unread = Vec::new();
    let mut found = Vec::new();
    for service in project.services_with_role(ComposeRole::Tempo) {
        found.extend(find_missing_file(project, service));
        found.extend(find_removed_flag(service));
        for config in service.configs.iter().filter(|config| !config.is_defaults()) {
            found.extend(find_config_errors(project, service, config));
            match describe_known_keys(service) {
                Ok(version) => read.push(format!("{version} knows every key in {}", config.file)),
                Err(version) => unread.push(format!(
                    "the keys of {version} are not known; {} was not compared",
                    config.file
                )),
            }
        }
    }
    CheckOutcome::of_findings(found).unwrap_or_else(|| match (read.is_empty(), unread.is_empty()) {
        (true, true) => CheckOutcome::not_applicable("no Tempo configuration was found"),
        (_, false) => CheckOutcome::no_evidence(unread.join("; ")),
        _ => CheckOutcome::pass(read.join("; ")),
    })
}

/// Whose keys a file was compared with; `Err` where nobody listed them.
fn describe_known_keys(service: &ComposeService) -> Result<String, String> {
    let Some((major, minor)) = service.version() else {
        return Ok("at least one version of Tempo (this one is not known)".to_owned());
    };
    let name = format!("Tempo {major}.{minor}");
    if KnownKeys::of_version((major, minor)).is_none() || KnownKeys::is_newer_than_table((major, minor)) {
        return Err(name);
    }
    Ok(match service.assumed_version() {
        Some(_) => format!("{name}, assumed for this image,"),
        None => name,
    })
}

fn find_missing_file(project: &ComposeProject, service: &ComposeService) -> Option<Finding> {
    let missing = service.missing_config.as_ref()?;
    Some(
        Finding::broken(
            "config-file-not-used",
            format!(
                "{} reads its configuration from {}, but nothing is mounted there",
                service.name, missing.value
            ),
        )
        .with_evidence_lines([build_service_evidence(
            service,
            &missing.at,
            "command",
            format!("-config.file={}", missing.value),
        )])
        .with_remedy(format!("mount the file in {}:", compose::find_file_name(project)))
        .with_config(compose::render_mount(service, "./tempo.yaml", &missing.value)),
    )
}

/// Everything at which Tempo refuses this file: it names one after the other, a start for each.
fn find_config_errors(project: &ComposeProject, service: &ComposeService, config: &MountedConfig) -> Vec<Finding> {
    if let Some(problem) = &config.problem {
        let finding = if config.lines.is_empty() && problem.at.file != config.file {
            Finding::broken(
                "config-file-not-used",
                format!(
                    "the configuration of {} cannot be read: {}",
                    service.name, problem.value
                ),
            )
        } else {
            Finding::broken(
                "config-strict-yaml",
                format!("{} is not valid YAML: {}", config.file, problem.value),
            )
        };
        return vec![finding.with_evidence_lines([build_file_evidence(
            &problem.at,
            config.target.clone(),
            &problem.value,
        )])];
    }
    let mut found = Vec::new();
    found.extend(find_unexpanded_variable(project, service, config));
    found.extend(find_unsupported_receivers(service, config));
    found.extend(find_legacy_overrides(service, config));
    found.extend(find_unknown_keys(service, config));
    found
}

fn find_unexpanded_variable(
    project: &ComposeProject,
    service: &ComposeService,
    config: &MountedConfig,
) -> Option<Finding> {
    let variable = config.unexpanded.first()?;
    Some(
        Finding::broken(
            "config-env-not-expanded",
            format!(
                "{} is used literally in the configuration: {} runs without -config.expand-env",
                variable.value, service.name
            ),
        )
        .with_evidence_lines(
            config
                .unexpanded
                .iter()
                .map(|spot| build_file_evidence(&spot.at, "as written", &spot.value)),
        )
        .with_remedy(match list_unset_variables(service, config).as_slice() {
            [] => format!("add the flag in {}:", compose::find_file_name(project)),
            unset => format!(
                "add the flag in {}, and set {} in the environment of {}:",
                compose::find_file_name(project),
                join_words(unset),
                service.name
            ),
        })
        .with_config(compose::render_command_with(service, &["-config.expand-env=true"])),
    )
}

/// The variables that the configuration names and the service does not set: with the flag they would be empty.
fn list_unset_variables(service: &ComposeService, config: &MountedConfig) -> Vec<String> {
    let mut unset: Vec<String> = Vec::new();
    for spot in &config.unexpanded {
        let name = spot.value.trim_start_matches(['$', '{']);
        let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (name, rest) = name.split_at(end.unwrap_or(name.len()));
        let has_default = rest.starts_with(":-") || rest.starts_with('-') || rest.starts_with(":=");
        if !name.is_empty()
            && !has_default
            && !service.environment.contains_key(name)
            && !unset.iter().any(|own| own == name)
        {
            unset.push(name.to_owned());
        }
    }
    unset
}

/// Receivers that this Tempo does not have (grafana/tempo v2.0.1 to v3.0.3: modules/distributor/receiver/shim.go).
fn find_unsupported_receivers(service: &ComposeService, config: &MountedConfig) -> Option<Finding> {
    const KNOWN: [&str; 4] = ["otlp", "jaeger", "zipkin", "kafka"];
    // The last patches of 2.9 and 2.10 lack it as well.
    let has_opencensus = !compose::is_at_least_version(service, 3, 0);
    let is_known = |name: &str| {
        let kind = name.split('/').next().unwrap_or_default();
        KNOWN.contains(&kind) || kind == "opencensus" && has_opencensus
    };
    let receivers = config.at("/distributor/receivers").and_then(Value::as_object)?;
    let missing: Vec<&str> = receivers
        .keys()
        .map(String::as_str)
        .filter(|name| !is_known(name))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let named = join_words(&missing);
    Some(
        Finding::broken(
            "receiver-type-unsupported",
            format!("this Tempo has no receiver {named}, and does not start with it"),
        )
        .at_hop(Hop::Receiver)
        .with_evidence_lines(missing.iter().map(|name| {
            let name = name.replace('/', "~1");
            build_setting_evidence(config, &format!("/distributor/receivers/{name}"))
        }))
        .with_evidence_lines([build_image_evidence(service)])
        .with_remedy(format!(
            "delete the block of {named} in {}, and switch its senders to OTLP",
            config.file
        )),
    )
}

fn is_tempo_3(service: &ComposeService) -> bool {
    service.version().is_none_or(|version| version.0 >= 3)
}

/// Flags and targets of an older major version, at which Tempo prints its usage and exits. Source: what `tempo -help` of 2.10.8
/// lists and that of 3.0.3 does not; grafana/tempo v1.5.0 and v2.0.0: cmd/tempo/app/config.go.
fn find_removed_flag(service: &ComposeService) -> Option<Finding> {
    const TARGETS: [&str; 3] = ["ingester", "compactor", "scalable-single-binary"];
    let is_3 = is_tempo_3(service);
    let find_last_major = |word: &str| {
        let name = word.trim_start_matches('-').split('=').next().unwrap_or_default();
        let is_of_2 = name == "mem-ballast-size-mbs"
            || name.starts_with("compactor.")
            || name.starts_with("ingester.")
            || name.contains(".compaction.compaction.");
        match name {
            "search.enabled" => compose::is_at_least_version(service, 2, 0).then_some(1),
            _ => (is_3 && is_of_2).then_some(2),
        }
    };
    let target = service
        .flag("target")
        .filter(|flag| is_3 && TARGETS.contains(&flag.value.as_str()));
    let flags = service.words.iter().filter(|word| word.value.starts_with('-'));
    let gone: Vec<(String, u32, &FileLocation)> = flags
        .filter_map(|word| {
            let name = word.value.split('=').next().unwrap_or_default();
            Some((name.to_owned(), find_last_major(&word.value)?, &word.at))
        })
        .chain(
            target
                .as_ref()
                .map(|flag| (format!("-target={}", flag.value), 2, &flag.at)),
        )
        .collect();
    let (first, last, at) = gone.first()?;
    let names: Vec<&str> = gone.iter().map(|(name, ..)| name.as_str()).collect();
    Some(
        Finding::broken(
            "up-removed-flags",
            format!(
                "{first} is a Tempo {last} flag; Tempo {} does not start with it",
                last + 1
            ),
        )
        .with_evidence_lines(
            gone.iter()
                .map(|(name, _, at)| build_service_evidence(service, at, "command", name)),
        )
        .with_evidence_lines([build_image_evidence(service)])
        .with_remedy(format!(
            "remove {} from {}, or move its setting to the configuration file",
            join_words(&names),
            at.file
        )),
    )
}

/// The flat format of overrides, off by default from 3.0 on, and never beside the other one.
fn find_legacy_overrides(service: &ComposeService, config: &MountedConfig) -> Option<Finding> {
    let keys: Vec<&str> = tempo_keys::find_legacy_overrides(&config.tree).collect();
    let is_2 = service
        .version()
        .is_some_and(|version| version >= (2, 3) && version.0 == 2);
    if is_2 && !keys.is_empty() && config.at("/overrides/defaults").is_some() {
        return Some(
            Finding::broken(
                "config-strict-yaml",
                "the overrides mix the flat format with defaults, and Tempo accepts only one of them",
            )
            .with_evidence_lines(
                std::iter::once("defaults")
                    .chain(keys.iter().copied())
                    .map(|key| build_setting_evidence(config, &format!("/overrides/{key}"))),
            )
            .with_remedy(format!("move {} below defaults in {}", keys.join(", "), config.file)),
        );
    }
    let allowed = config.at("/overrides/enable_legacy_overrides") == Some(&Value::Bool(true))
        || service.is_switched_on("config.enable-legacy-overrides");
    if allowed || keys.is_empty() || !is_tempo_3(service) {
        return None;
    }
    Some(
        Finding::broken(
            "up-legacy-overrides",
            "the overrides use the flat format, which Tempo 3 rejects",
        )
        .with_evidence_lines(
            keys.iter()
                .map(|key| build_setting_evidence(config, &format!("/overrides/{key}"))),
        )
        .with_evidence_lines([build_image_evidence(service)])
        .with_remedy(format!(
            "convert the overrides in {}; until then, allow the flat format there:",
            config.file
        ))
        .with_config("overrides:\n  enable_legacy_overrides: true")
        .with_command(format!(
            "tempo-cli migrate overrides-config {}",
            quote_shell(&config.file)
        )),
    )
}

/// Keys that strict parsing refuses: those that went with Tempo 2, and those that no Tempo knows.
fn find_unknown_keys(service: &ComposeService, config: &MountedConfig) -> Vec<Finding> {
    let version = service.version();
    let keys = match version {
        Some(version) => KnownKeys::of_version(version),
        // Nobody knows which Tempo it is: a key that any of them knows is no fault.
        None => Some(KnownKeys::of_any_version()),
    };
    let Some(keys) = keys else {
        return Vec::new();
    };
    let (removed, mut unknown): (Vec<_>, Vec<_>) = tempo_keys::find_unknown_keys(&config.tree, keys)
        .into_iter()
        .partition(|key| is_tempo_3(service) && tempo_keys::is_known_key(&key.pointer, KnownKeys::before_major(3)));
    if version.is_some_and(KnownKeys::is_newer_than_table) {
        unknown.clear();
    }
    let mut found = Vec::new();
    found.extend(removed.first().map(|first| {
        let name = compose::render_pointer(&first.pointer);
        Finding::broken(
            "up-removed-keys",
            format!("the key {name} is gone since Tempo 3, which refuses to start with it"),
        )
        .with_evidence_lines(build_key_evidence(service, config, &removed))
        .with_remedy(format!(
            "delete {} in {}, or move what {} set to the sections that replace {}",
            list_keys(&removed),
            config.file,
            if removed.len() == 1 { "it" } else { "they" },
            if removed.len() == 1 { "it" } else { "them" }
        ))
    }));
    found.extend(unknown.first().map(|first| {
        let name = compose::render_pointer(&first.pointer);
        let finding = Finding::broken(
            "config-strict-yaml",
            format!("Tempo has no key {name}, and refuses to start with unknown keys"),
        )
        .with_evidence_lines(build_key_evidence(service, config, &unknown));
        let spelt: Vec<String> = unknown
            .iter()
            .filter_map(|key| key.near.clone().filter(|_| key.known_by.is_none()))
            .collect();
        let way_out = format!("delete {} in {}", list_keys(&unknown), config.file);
        if spelt.is_empty() {
            finding.with_remedy(way_out)
        } else {
            finding.with_remedy(format!("{way_out}, or use Tempo's spelling: {}", spelt.join(", ")))
        }
    }));
    found
}

/// Their names, for a sentence.
fn list_keys(keys: &[UnknownKey]) -> String {
    let names: Vec<String> = keys.iter().map(|key| compose::render_pointer(&key.pointer)).collect();
    join_words(&names)
}

fn build_key_evidence(service: &ComposeService, config: &MountedConfig, keys: &[UnknownKey]) -> Vec<EvidenceLine> {
    let lines = keys.iter().map(|key| {
        let near = match (&key.known_by, &key.near) {
            (Some(versions), _) => format!("only in Tempo {versions}"),
            (None, Some(near)) => format!("unknown; similar: {near}"),
            (None, None) => "unknown".to_owned(),
        };
        build_file_evidence(
            &config.location(&key.pointer),
            compose::render_pointer(&key.pointer),
            near,
        )
    });
    lines.chain([build_image_evidence(service)]).collect()
}
