//! One dashboard from Grafana: classic where it is kept so, by the second schema's own path where it is not.

use serde::Deserialize;

use telemetry::model::dashboard::Dashboard;
use telemetry::model::tempo::HttpAnswer;
use telemetry::model::{Failure, Slot};
use telemetry::parse::dashboard::{self, DashboardParseError};
use telemetry::parse::grafana::extract_message;
use telemetry::parse::tempo::{expect_ok, parse_json};

use super::super::request_path::encode_segment;
use super::GrafanaClient;

/// Why there is no dashboard.
#[derive(Debug, Clone, PartialEq)]
pub enum DashboardFetchError {
    /// Nobody has that uid.
    NotFound,
    /// Grafana did not answer, or refused.
    Failed(Failure),
    /// What it answered is no dashboard.
    NoDashboard(DashboardParseError),
}

impl GrafanaClient {
    /// The dashboard of that uid.
    pub async fn fetch_dashboard(&self, uid: &str) -> Result<Dashboard, DashboardFetchError> {
        let path = format!("/api/dashboards/uid/{}", encode_segment(uid));
        let answer = expect_found(self.http.get(&path).await)?;
        if answer.status == 406 {
            // The second schema has a path of its own, which the refusal names.
            let text = extract_message(&answer);
            let named = text.split_whitespace().find(|word| word.starts_with("/apis/"));
            let path = named.map_or_else(|| format!("{SECOND_SCHEMA}{}", encode_segment(uid)), str::to_owned);
            return parse_answer(expect_found(self.http.get(&path).await)?);
        }
        let mut found = parse_answer(answer)?;
        if found.uid.is_empty() {
            uid.clone_into(&mut found.uid);
        }
        Ok(found)
    }

    /// Uid and title of every dashboard, at most a thousand.
    pub async fn list_dashboards(&self) -> Slot<Vec<(String, String)>> {
        let answer = self.http.get("/api/search?type=dash-db&limit=1000").await;
        let listed = answer.and_then(parse_json::<Vec<DashboardRow>>);
        listed.and_then(|list| Ok(list.into_iter().filter_map(|row| Some((row.uid?, row.title))).collect()))
    }
}

const SECOND_SCHEMA: &str = "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/";

#[derive(Deserialize)]
struct DashboardRow {
    uid: Option<String>,
    #[serde(default)]
    title: String,
}

fn expect_found(answer: Slot<HttpAnswer>) -> Result<HttpAnswer, DashboardFetchError> {
    let answer = answer.into_result().map_err(DashboardFetchError::Failed)?;
    match answer.status {
        404 => Err(DashboardFetchError::NotFound),
        _ => Ok(answer),
    }
}

fn parse_answer(answer: HttpAnswer) -> Result<Dashboard, DashboardFetchError> {
    let answer = expect_ok(answer).map_err(DashboardFetchError::Failed)?;
    dashboard::parse_dashboard(&answer.body).map_err(DashboardFetchError::NoDashboard)
}
