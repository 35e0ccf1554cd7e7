//! One dashboard from Grafana: classic where it is kept so, by the second schema's own path where it is not.

use serde_json::Value;

use crate::clients::GrafanaClient;
use crate::model::dashboard::Dashboard;
use crate::model::tempo::HttpAnswer;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::dashboard::{self, DashboardParseError};
use crate::parse::grafana::extract_message;
use crate::parse::tempo::expect_ok;
use crate::probes::marker_query::percent_encode;

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

/// The dashboard of that uid.
pub async fn fetch_dashboard(grafana: &GrafanaClient, uid: &str) -> Result<Dashboard, DashboardFetchError> {
    let answer = grafana
        .get(&format!("/api/dashboards/uid/{}", percent_encode(uid)))
        .await;
    let answer = match answer {
        Slot::Known { value, .. } => value,
        Slot::Failed { failure } => return Err(DashboardFetchError::Failed(failure)),
        Slot::NotAsked => return Err(DashboardFetchError::NotFound),
    };
    if answer.status == 404 {
        return Err(DashboardFetchError::NotFound);
    }
    if answer.status == 406 {
        return fetch_v2_dashboard(grafana, uid, &answer).await;
    }
    let mut found = parse_answer(answer)?;
    if found.uid.is_empty() {
        uid.clone_into(&mut found.uid);
    }
    Ok(found)
}

/// The answer 406 names the path of the second schema.
async fn fetch_v2_dashboard(
    grafana: &GrafanaClient,
    uid: &str,
    refused: &HttpAnswer,
) -> Result<Dashboard, DashboardFetchError> {
    let text = extract_message(refused);
    let named = text
        .split_whitespace()
        .find(|word| word.starts_with("/apis/"))
        .map(str::to_owned);
    let path = named.unwrap_or_else(|| {
        format!(
            "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/{}",
            percent_encode(uid)
        )
    });
    match grafana.get(&path).await {
        Slot::Known { value, .. } if value.status == 404 => Err(DashboardFetchError::NotFound),
        Slot::Known { value, .. } => parse_answer(value),
        Slot::Failed { failure } => Err(DashboardFetchError::Failed(failure)),
        Slot::NotAsked => Err(DashboardFetchError::NotFound),
    }
}

fn parse_answer(answer: HttpAnswer) -> Result<Dashboard, DashboardFetchError> {
    let answer = expect_ok(answer).map_err(DashboardFetchError::Failed)?;
    dashboard::parse_dashboard(&answer.body).map_err(DashboardFetchError::NoDashboard)
}

/// Uid and title of every dashboard, at most a thousand.
pub async fn fetch_dashboard_list(grafana: &GrafanaClient) -> Slot<Vec<(String, String)>> {
    let answer = grafana.get("/api/search?type=dash-db&limit=1000").await;
    answer.and_then(|answer| {
        let request = answer.request.clone();
        let body: Value = crate::parse::tempo::parse_json(answer)?;
        let Some(items) = body.as_array() else {
            return Err(Failure::new(FailureKind::Decode, request, "not a list of dashboards"));
        };
        Ok(items
            .iter()
            .filter_map(|item| {
                let uid = item["uid"].as_str()?.to_owned();
                Some((uid, item["title"].as_str().unwrap_or_default().to_owned()))
            })
            .collect())
    })
}
