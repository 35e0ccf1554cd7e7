//! The finished report, schema version 1. Fields may be added, never removed or renamed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::catalogue::Remedy;
use super::check::{Confidence, EvidenceLine, FindingLevel};
use super::hop::Hop;

/// The version of the JSON report.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoctorReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Who wrote it.
    pub tool: Tool,
    /// RFC 3339, UTC.
    pub started_at: String,
    /// Wall time of the run.
    pub duration_ms: u64,
    /// What was examined, by name: `tempo`, `otlp`, `prometheus`, `grafana`.
    pub targets: BTreeMap<String, ReportTarget>,
    /// The answer.
    pub verdict: DoctorVerdict,
    /// What happened to the marker; `null` where none was sent.
    pub marker: Option<ReportMarker>,
    /// Every check, upstream first.
    pub checks: Vec<ReportCheck>,
    /// Hops that were not looked at, with the flag that would change it.
    pub not_examined: Vec<NotExamined>,
    /// Things worth knowing that change no verdict.
    pub notes: Vec<String>,
}

/// Name and version of this program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `tempoctl`
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One examined address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTarget {
    /// The address, without credentials.
    pub url: String,
    /// Where the address came from: `default`, `--tempo-url`, `TEMPO_URL`, a file and line.
    pub origin: String,
    /// What it says its version is, where it says so.
    pub version: Option<String>,
    /// What it was recognised as by behaviour: `Tempo 3.x` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognised: Option<String>,
}

/// The four possible answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictStatus {
    /// Nothing is lost and nothing users see is wrong.
    Healthy,
    /// It arrives, but something that users see is wrong.
    Degraded,
    /// It is lost somewhere.
    Broken,
    /// Not enough could be examined.
    Inconclusive,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoctorVerdict {
    /// Healthy, degraded, broken or inconclusive.
    pub status: VerdictStatus,
    /// One sentence.
    pub summary: String,
    /// Hops of the broken causes, in the order of `causes`.
    pub broken_hops: Vec<Hop>,
    /// Broken before degraded, then upstream first.
    pub causes: Vec<ReportCause>,
    /// What to do now.
    pub next_step: Option<String>,
}

/// One cause with its evidence and remedy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportCause {
    /// Catalogue id.
    pub id: String,
    /// The check that found it.
    pub check: String,
    /// The hop it is charged to.
    pub hop: Hop,
    /// Broken or degraded.
    pub level: FindingLevel,
    /// How sure.
    pub confidence: Confidence,
    /// One sentence.
    pub summary: String,
    /// What it rests on.
    pub evidence: Vec<EvidenceLine>,
    /// What to change.
    pub remedy: Remedy,
    /// Failing checks that follow from this cause.
    pub explains: Vec<String>,
}

/// Where the marker got to at one hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HopState {
    /// It was seen there.
    Passed,
    /// It was lost there.
    Lost,
    /// Others pass, the marker was kept out.
    Excluded,
    /// Not yet seen, and too early to call it lost.
    Waiting,
    /// Not looked at in this run.
    NotChecked,
    /// This installation has no such hop.
    NotConfigured,
}

/// The marker's way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportMarker {
    /// 32 hex digits.
    pub trace_id: String,
    /// The address it was pushed to.
    pub sent_to: String,
    /// `grpc`, `http/protobuf` or `http/json`.
    pub protocol: String,
    /// One entry a hop, upstream first.
    pub hops: Vec<MarkerHop>,
}

/// The marker at one hop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarkerHop {
    /// Which hop.
    pub hop: Hop,
    /// Where it got to.
    pub state: HopState,
    /// From push to first seen, in milliseconds.
    pub seen_after_ms: Option<u64>,
    /// Said beside the state: `+122 failed`, `0.03 s by id, 9.6 s by search`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a check came to, in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckStatus {
    /// As it should be.
    Pass,
    /// Worth knowing.
    Warn,
    /// Failed.
    Fail,
    /// Not judged.
    Skip,
}

/// Why a check was not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipKind {
    /// It does not concern this installation, or there is nothing for it to explain.
    NotApplicable,
    /// The facts it needs are not there.
    NoEvidence,
    /// The hop is still waiting.
    Waiting,
}

/// One check in the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportCheck {
    /// `query.by-id`
    pub id: String,
    /// The hop it looks at.
    pub hop: Hop,
    /// Pass, warn, fail or skip.
    pub status: CheckStatus,
    /// One sentence.
    pub summary: String,
    /// The cause it names, where it failed or warned.
    pub cause: Option<String>,
    /// Why it was skipped.
    pub skip: Option<String>,
    /// Which kind of reason that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_kind: Option<SkipKind>,
    /// The check whose cause explains this failure, where another one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained_by: Option<String>,
    /// What it rests on.
    pub evidence: Vec<EvidenceLine>,
    /// How long gathering its facts took, in milliseconds.
    pub took_ms: u64,
}

/// A hop nobody looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotExamined {
    /// Which hop.
    pub hop: Hop,
    /// Why, and what would change it.
    pub why: String,
}

/// A check, as `doctor --list -o json` tells of it.
#[derive(Debug, Clone, Serialize)]
pub struct ListedCheck {
    /// `hop.what`
    pub id: &'static str,
    /// The hop it looks at.
    pub hop: Hop,
    /// What is true when it passes.
    pub title: &'static str,
    /// The causes it may name.
    pub causes: Vec<String>,
    /// The facts it may read.
    pub needs: Vec<super::evidence::Fact>,
}
