//! A scenario: what services do for one another, as data. One file each; the same for the built-in ones and for one's own.

use std::collections::{BTreeMap, HashMap, HashSet};

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::model::trace::SpanKind;

use super::distribution::Distribution;
use super::text;

/// One scenario as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadScenario {
    /// The name on the command line: that of its file.
    #[serde(skip)]
    pub name: String,
    /// One line for a person.
    pub about: String,
    /// How often it comes, against the others of a run.
    #[serde(default = "default_weight")]
    pub weight: f64,
    /// Part of a run that names no scenario.
    #[serde(default)]
    pub default: bool,
    /// The share of its traces in which something fails; `--error-rate` replaces it unless it is 1.
    #[serde(default)]
    pub error_rate: f64,
    /// Ways it may go, with weights; a trace takes one.
    #[serde(default)]
    pub cases: BTreeMap<String, f64>,
    /// Who takes part, by `service.name`.
    pub services: BTreeMap<String, ScenarioService>,
    /// Its spans, parents before children.
    #[serde(rename = "span")]
    pub spans: Vec<ScenarioSpan>,
}

fn default_weight() -> f64 {
    1.0
}

/// One service: its resource.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioService {
    /// `telemetry.sdk.language`
    pub language: Option<String>,
    /// `service.version`
    pub version: Option<String>,
    /// Further resource attributes.
    #[serde(default)]
    pub attributes: toml::Table,
}

/// One span.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioSpan {
    /// What other spans call it by.
    pub id: String,
    /// The span it is a child of; none for the root.
    pub parent: Option<String>,
    /// Whose it is.
    pub service: String,
    /// Its kind.
    #[serde(default = "default_kind")]
    pub kind: SpanKind,
    /// Its name.
    pub name: String,
    /// Time it spends itself, beside its children.
    #[serde(default = "default_own_time")]
    pub own: Distribution,
    /// Time between its turn and its start, as in a queue.
    #[serde(default = "default_gap")]
    pub gap: Distribution,
    /// Its children start together, not one after the other.
    #[serde(default)]
    pub parallel: bool,
    /// How many times it happens, with all below it: from, to.
    pub repeat: Option<[u32; 2]>,
    /// The share of traces in which it happens, with all below it.
    pub chance: Option<f64>,
    /// It happens in this case only.
    pub when: Option<String>,
    /// Attributes: a value, or a list of which a trace takes one.
    #[serde(default)]
    pub attributes: toml::Table,
    /// Events.
    #[serde(default)]
    pub events: Vec<ScenarioEvent>,
    /// Ids of spans it links to; `id@previous` is the one of the trace of this scenario before.
    #[serde(default)]
    pub links: Vec<String>,
    /// How it fails, where it can be the origin of an error.
    pub fail: Option<ScenarioFailure>,
    /// An error below it stops here: it has something to fall back on.
    #[serde(default)]
    pub absorbs: bool,
}

fn default_kind() -> SpanKind {
    SpanKind::Internal
}

fn default_own_time() -> Distribution {
    Distribution::always(std::time::Duration::from_millis(1))
}

fn default_gap() -> Distribution {
    Distribution::ZERO
}

/// Something that happens within a span.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioEvent {
    /// Its name.
    pub name: String,
    /// When, as a share of the span's duration.
    #[serde(default)]
    pub at: f64,
    /// Its attributes.
    #[serde(default)]
    pub attributes: toml::Table,
}

/// How a span fails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFailure {
    /// `exception.type`, and `error.type` of the span.
    #[serde(rename = "type")]
    pub kind: String,
    /// `exception.message`, and the status' description.
    pub message: String,
    /// `exception.stacktrace`
    pub stacktrace: Option<String>,
    /// What an HTTP server above it answers.
    #[serde(default = "default_http_status")]
    pub http_status: i64,
    /// How long it takes when it fails, where that differs.
    pub own: Option<Distribution>,
    /// Attributes that replace its own.
    #[serde(default)]
    pub attributes: toml::Table,
}

fn default_http_status() -> i64 {
    500
}

/// Spans of a trace that is made, at most, whatever repeats multiply to.
pub(super) const MOST_SPANS: usize = 5_000;
/// Levels of them, at most.
const MOST_LEVELS: usize = 500;

impl LoadScenario {
    /// Reads a scenario. The error says where.
    pub fn parse(name: &str, source: &str) -> Result<LoadScenario, String> {
        let mut scenario: LoadScenario = toml::from_str(source).map_err(|problem| problem.to_string())?;
        name.clone_into(&mut scenario.name);
        let problems = scenario.find_problems();
        if problems.is_empty() {
            Ok(scenario)
        } else {
            Err(problems.join("\n"))
        }
    }

    /// Every trace of it fails, so `--error-rate` changes nothing.
    pub fn always_fails(&self) -> bool {
        self.error_rate >= 1.0
    }

    fn find_problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        let share = |value: f64| (0.0..=1.0).contains(&value);
        if !(self.weight >= 0.0 && self.weight.is_finite()) {
            found.push(format!("weight = {}: must be 0 or more", self.weight));
        }
        if !share(self.error_rate) {
            found.push(format!("error_rate = {}: must be between 0 and 1", self.error_rate));
        }
        if self.error_rate > 0.0 && self.spans.iter().all(|span| span.fail.is_none()) {
            found.push("error_rate is set, but no span has [span.fail]".to_owned());
        }
        if !self.cases.is_empty()
            && (self
                .cases
                .values()
                .any(|weight| !(*weight >= 0.0 && weight.is_finite()))
                || self.cases.values().sum::<f64>() <= 0.0)
        {
            found.push("cases: weights must be 0 or more, and not all 0".to_owned());
        }
        if self.spans.is_empty() {
            found.push("a scenario needs at least one [[span]]".to_owned());
        }
        if self.spans.len() > MOST_SPANS {
            found.push(format!(
                "a scenario has at most {MOST_SPANS} spans, and this one has {}: use repeat, or record a trace",
                self.spans.len()
            ));
            return found;
        }
        let ids: HashSet<&str> = self.spans.iter().map(|span| span.id.as_str()).collect();
        // The levels of the spans above, from 1.
        let mut levels = HashMap::new();
        for (at, span) in self.spans.iter().enumerate() {
            for problem in self.find_span_problems(at, span, &ids, &levels) {
                found.push(format!("span \"{}\": {problem}", span.id));
            }
            let above = span.parent.as_ref().and_then(|parent| levels.get(parent.as_str()));
            let level = above.map_or(1, |above| above + 1);
            if level > MOST_LEVELS {
                found.push(format!(
                    "span \"{}\": it is more than {MOST_LEVELS} levels below the root",
                    span.id
                ));
                return found;
            }
            levels.insert(&span.id, level);
        }
        found
    }

    fn find_span_problems(
        &self,
        at: usize,
        span: &ScenarioSpan,
        ids: &HashSet<&str>,
        above: &HashMap<&str, usize>,
    ) -> Vec<String> {
        let mut found = Vec::new();
        if above.contains_key(span.id.as_str()) {
            found.push("its id is used twice".to_owned());
        }
        match &span.parent {
            None if at > 0 => found.push("only the first span may have no parent".to_owned()),
            Some(_) if at == 0 => found.push("the first span is the root and must have no parent".to_owned()),
            Some(parent) if !above.contains_key(parent.as_str()) => {
                found.push(format!("its parent \"{parent}\" must be defined above it"));
            }
            _ => {}
        }
        if !self.services.contains_key(&span.service) {
            found.push(format!("[services.{}] is missing", span.service));
        }
        if span.name.trim().is_empty() {
            found.push("its name is empty".to_owned());
        }
        if let Some([from, to]) = span.repeat
            && (from > to || to > 1_000 || at == 0)
        {
            found.push(
                "repeat = [from, to]: from must be at most to, to at most 1000, and the root cannot repeat".to_owned(),
            );
        }
        if let Some(chance) = span.chance
            && (!(0.0..=1.0).contains(&chance) || at == 0)
        {
            found.push("chance must be between 0 and 1, and not on the root".to_owned());
        }
        if let Some(case) = &span.when
            && (!self.cases.contains_key(case) || at == 0)
        {
            found.push(format!(
                "when = \"{case}\": [cases] has no such case, or the span is the root"
            ));
        }
        for link in &span.links {
            if !ids.contains(link.strip_suffix("@previous").unwrap_or(link)) {
                found.push(format!("it links to \"{link}\", which is not a span"));
            }
        }
        for event in &span.events {
            if !(0.0..=1.0).contains(&event.at) {
                found.push(format!("event \"{}\": at must be between 0 and 1", event.name));
            }
        }
        let tables = std::iter::once(&span.attributes)
            .chain(span.events.iter().map(|event| &event.attributes))
            .chain(span.fail.iter().map(|fail| &fail.attributes));
        for (key, value) in tables.flatten() {
            if let Err(problem) = text::check_value(value) {
                found.push(format!("attribute \"{key}\": {problem}"));
            }
        }
        found
    }
}

/// The built-in scenarios, by name.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/load/scenarios");

/// The names of the built-in scenarios.
pub fn list_scenario_names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<&str> = BUILT_IN
        .files()
        .filter_map(|file| file.path().file_stem()?.to_str())
        .collect();
    names.sort_unstable();
    names.into_iter()
}

/// The built-in scenario of that name.
pub fn find_scenario(name: &str) -> Option<LoadScenario> {
    let source = BUILT_IN.get_file(format!("{name}.toml"))?.contents_utf8()?;
    // They are read in a test: a broken one does not get here.
    LoadScenario::parse(name, source).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scenario_is_sound() {
        let mut defaults = Vec::new();
        for name in list_scenario_names() {
            let source = BUILT_IN
                .get_file(format!("{name}.toml"))
                .and_then(|file| file.contents_utf8());
            let scenario = LoadScenario::parse(name, source.expect("a text"));
            let scenario = scenario.unwrap_or_else(|problem| panic!("{name}: {problem}"));
            if scenario.default {
                defaults.push((name, scenario.weight));
            }
        }
        assert_eq!(defaults, [("error", 15.0), ("order", 35.0), ("user-request", 50.0)]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let sound = "about='x'\n[services.a]\n[[span]]\nid='r'\nservice='a'\nname='n'\n";
        assert!(LoadScenario::parse("own", sound).is_ok());
        for (more, says) in [
            ("colour='red'\n", "unknown field `colour`"),
            ("kind='sever'\n", "unknown variant `sever`"),
            ("own='5'\n", "without a unit"),
            ("own=['5ms','1ms']\n", "below the median"),
            ("when='hit'\n", "no such case"),
            ("links=['z']\n", "which is not a span"),
            ("attributes={a=\"{hex:3}\"}\n", "between 8 and 64"),
            (
                "[[span]]\nid='r'\nparent='r'\nservice='b'\nname=''\n",
                "its id is used twice",
            ),
            ("[[span]]\nid='s'\nservice='a'\nname='n'\n", "only the first span"),
            ("[span.fail]\ntype='E'\n", "missing field `message`"),
        ] {
            let problem = LoadScenario::parse("own", &format!("{sound}{more}")).expect_err(more);
            assert!(problem.contains(says), "{more}: {problem}");
        }
        let unknown = LoadScenario::parse("own", "about='x'\ncolour=1\n").expect_err("unknown");
        assert!(unknown.contains("line 2"), "{unknown}");
    }
}
