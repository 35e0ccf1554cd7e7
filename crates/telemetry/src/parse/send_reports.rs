//! What `send -o json` printed, once or many times over: files, and logs of many pods one after the other, where lines for
//! people may stand between.

use serde::Deserialize as _;
use serde_json::Value;

use crate::model::send_report::SendReport;

/// What was found in a text.
#[derive(Debug, Default, PartialEq)]
pub struct SendReports {
    /// The accounts, in their order.
    pub reports: Vec<SendReport>,
    /// Runs that could not be carried out say why instead.
    pub failed: Vec<String>,
}

/// Reads every account of a text. `Err` names the line that begins as a document and is none.
pub fn parse_send_reports(text: &str) -> Result<SendReports, String> {
    let mut found = SendReports::default();
    let mut at = 0;
    let mut number = 1;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        if !text[at..end].trim_start().starts_with('{') {
            number += 1;
            at = end;
            continue;
        }
        let mut stream = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        let value = match stream.next() {
            Some(Ok(value)) => value,
            Some(Err(problem)) if problem.is_eof() => return Err(format!("line {number}: the document is truncated")),
            _ => return Err(format!("line {number}: not a JSON document")),
        };
        let used = stream.byte_offset();
        add_document(value, &mut found).map_err(|why| format!("line {number}: {why}"))?;
        number += text[at..at + used].matches('\n').count();
        at += used;
    }
    Ok(found)
}

fn add_document(value: Value, found: &mut SendReports) -> Result<(), String> {
    if let Some(error) = value.get("error").filter(|_| value.get("account").is_none()) {
        let message = error["message"].as_str().or_else(|| error.as_str());
        found
            .failed
            .push(message.unwrap_or("the run failed to start").to_owned());
        return Ok(());
    }
    if value.get("account").is_none() {
        return Err("not a report of tempoctl send".to_owned());
    }
    let report = SendReport::deserialize(value).map_err(|problem| format!("an incomplete report: {problem}"))?;
    found.reports.push(report);
    Ok(())
}
