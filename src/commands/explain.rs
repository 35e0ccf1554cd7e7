//! `tempoctl explain`: what a cause means, how it is recognised, how to fix it. Offline.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::Exit;
use crate::app::App;
use crate::command_error::CommandError;
use crate::render::explain::CauseReferences;
use crate::render::{self, Style};
use doctor::causes;
use telemetry::model::catalogue::Symptom;
use telemetry::model::{Cause, Hop};
use telemetry::parse::logs::signatures;

use super::pager::page_text;

/// How many other spellings are offered for an id that does not exist.
const OFFERED: usize = 3;

/// Explain a cause: what it means, how it is detected, and how to fix it
#[derive(Debug, Clone, Default, Args)]
pub struct ExplainArgs {
    /// Cause ID as doctor prints it, or a check ID to list the causes it can report
    #[arg(value_name = "CAUSE", conflicts_with_all = ["list", "search", "hop"])]
    pub cause: Option<String>,
    /// List every cause
    #[arg(long)]
    pub list: bool,
    /// List the causes that contain these words
    #[arg(long, value_name = "WORD")]
    pub search: Option<String>,
    /// List the causes of one hop
    #[arg(long, value_name = "HOP", value_parser = hop_parser())]
    pub hop: Option<Hop>,
    /// Output format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: ExplainFormat,
}

/// The output formats of `explain`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// Text for a terminal
    #[default]
    Human,
    /// One JSON document
    Json,
    /// A Markdown page
    Markdown,
}

/// Runs `explain`.
pub fn run_explain(args: &ExplainArgs, app: &mut App<'_>) -> Result<Exit, CommandError> {
    let text = build_explanation(args, app.sink.style_out())?;
    page_text(&text, app.env, app.sink)?;
    Ok(Exit::Done)
}

fn build_explanation(args: &ExplainArgs, style: Style) -> Result<String, CommandError> {
    match &args.cause {
        Some(id) => explain_id(id, args.output, style),
        None => list_causes(args, style),
    }
}

fn explain_id(id: &str, output: ExplainFormat, style: Style) -> Result<String, CommandError> {
    if let Some(cause) = causes::find_cause(id) {
        let lines = signatures::describe_messages(id);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let around = CauseReferences {
            no_check: causes::unchecked_causes::explain_unchecked(&cause),
            log_lines: &lines,
        };
        return Ok(match output {
            ExplainFormat::Human => render::explain::render_human(&cause, around, style),
            ExplainFormat::Json => render::explain::render_json(&cause, around),
            ExplainFormat::Markdown => render::explain::render_markdown(&cause, around),
        });
    }
    let mut of_check = causes::list_causes();
    of_check.retain(|cause| cause.is_named_by(id));
    if of_check.is_empty() {
        let nearest = causes::suggest_cause_ids(id, OFFERED);
        let offered = if nearest.is_empty() {
            String::new()
        } else {
            format!("; nearest: {}", nearest.join(", "))
        };
        let advice = nearest.first().map_or_else(
            || "tempoctl explain --list".to_owned(),
            |id| format!("tempoctl explain {id}"),
        );
        return Err(CommandError::usage(format!("unknown cause '{id}'{offered}")).advising(advice));
    }
    render_causes(&of_check, &[], output, style)
}

fn list_causes(args: &ExplainArgs, style: Style) -> Result<String, CommandError> {
    let narrowed = args.search.is_some() || args.hop.is_some();
    if !args.list && !narrowed && args.output == ExplainFormat::Human {
        return Ok(render::explain::render_symptoms(&causes::list_symptoms(), style));
    }
    let mut found = match &args.search {
        Some(words) => causes::search_causes(words),
        None => causes::list_causes(),
    };
    found.retain(|cause| args.hop.is_none_or(|hop| cause.hop == hop));
    let symptoms = if narrowed { Vec::new() } else { causes::list_symptoms() };
    render_causes(&found, &symptoms, args.output, style)
}

fn render_causes(
    found: &[Cause],
    symptoms: &[Symptom],
    output: ExplainFormat,
    style: Style,
) -> Result<String, CommandError> {
    Ok(match output {
        ExplainFormat::Human => render::explain::render_human_list(found, style),
        ExplainFormat::Json => render::explain::render_json_list(found),
        ExplainFormat::Markdown => render::explain::render_markdown_index(found, symptoms),
    })
}

fn hop_parser() -> impl TypedValueParser<Value = Hop> {
    PossibleValuesParser::new(Hop::ALL.map(Hop::name)).try_map(|name| Hop::from_name(&name).ok_or("unknown hop"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct ExplainCli {
        #[command(flatten)]
        args: ExplainArgs,
    }

    fn answer(line: &[&str]) -> Result<String, CommandError> {
        let cli = ExplainCli::try_parse_from([&["explain"], line].concat()).unwrap();
        build_explanation(&cli.args, Style::PLAIN)
    }

    #[test]
    fn a_cause_is_explained() {
        let text = answer(&["rw-receiver-disabled"]).unwrap();
        assert!(text.contains("\n    --web.enable-remote-write-receiver\n"), "{text}");
        assert!(text.contains("prometheus.remote-write-receiver"), "{text}");
    }

    #[test]
    fn an_unknown_cause_offers_the_nearest() {
        let problem = answer(&["rw-reciever-disabled"]).unwrap_err().problems.remove(0);
        let start = "unknown cause 'rw-reciever-disabled'; nearest: rw-receiver-disabled";
        assert!(problem.message.starts_with(start), "{problem:?}");
        assert_eq!(problem.advice, ["tempoctl explain rw-receiver-disabled"]);
        let problem = answer(&["qqqqqq"]).unwrap_err().problems.remove(0);
        assert_eq!(problem.message, "unknown cause 'qqqqqq'");
        assert_eq!(problem.advice, ["tempoctl explain --list"]);
    }

    #[test]
    fn a_check_lists_its_causes() {
        let text = answer(&["remote-write.delivery"]).unwrap();
        assert!(text.contains("rw-wrong-url") && text.contains("rw-auth"), "{text}");
        assert!(!text.contains("rw-receiver-disabled"), "{text}");
    }

    #[test]
    fn the_list_is_one_json_document() {
        let document: serde_json::Value = serde_json::from_str(&answer(&["--list", "-o", "json"]).unwrap()).unwrap();
        assert_eq!(document["schema_version"], 1);
        let rows = document["causes"].as_array().unwrap();
        assert_eq!(rows.len(), causes::list_cause_ids().count());
        let row = rows.iter().find(|row| row["id"] == "rw-auth").unwrap();
        assert_eq!(row["check"], "remote-write.delivery");
        let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "title", "hop", "severity", "versions", "check"]);
    }

    #[test]
    fn search_and_hop_narrow_the_list() {
        let text = answer(&["--search", "native histograms"]).unwrap();
        assert!(text.contains("rw-native-hist-stall"), "{text}");
        let both = answer(&["--search", "native histograms", "--hop", "generator"]).unwrap();
        assert!(
            both.contains("sg-latency-native-only") && !both.contains("rw-native-hist-stall"),
            "{both}"
        );
        assert!(answer(&["--search", "zzzz"]).unwrap().contains("No cause"));
    }

    #[test]
    fn without_a_question_symptoms_lead_to_causes() {
        let text = answer(&[]).unwrap();
        assert!(text.contains("No traces arrive at all"), "{text}");
        assert!(text.contains("tempoctl explain --list"), "{text}");
    }

    #[test]
    fn wrong_hops_and_mixtures_are_refused() {
        assert!(ExplainCli::try_parse_from(["explain", "--hop", "ingestor"]).is_err());
        assert!(ExplainCli::try_parse_from(["explain", "rw-auth", "--list"]).is_err());
    }
}
