//! One dashboard from Grafana: classic where it is kept so, by the second schema's own path where it is not.

use serde_json::Value;

use crate::clients::Grafana;
use crate::model::dashboard::Dashboard;
use crate::model::tempo::Answer;
use crate::model::{Failure, FailureKind, Slot};
use crate::parse::dashboard::{self, NoDashboard};
use crate::parse::grafana::message;
use crate::parse::tempo::expect_ok;
use crate::probes::read_back::escape;

/// Why there is no dashboard.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing {
    /// Nobody has that uid.
    NotFound,
    /// Grafana did not answer, or refused.
    Failed(Failure),
    /// What it answered is no dashboard.
    NoDashboard(NoDashboard),
}

/// The dashboard of that uid.
pub async fn one(grafana: &Grafana, uid: &str) -> Result<Dashboard, Missing> {
    let answer = grafana.get(&format!("/api/dashboards/uid/{}", escape(uid))).await;
    let answer = match answer {
        Slot::Known { value, .. } => value,
        Slot::Failed { failure } => return Err(Missing::Failed(failure)),
        Slot::NotAsked => return Err(Missing::NotFound),
    };
    if answer.status == 404 {
        return Err(Missing::NotFound);
    }
    if answer.status == 406 {
        return second(grafana, uid, &answer).await;
    }
    let mut found = read(answer)?;
    if found.uid.is_empty() {
        uid.clone_into(&mut found.uid);
    }
    Ok(found)
}

/// The answer 406 names the path of the second schema.
async fn second(grafana: &Grafana, uid: &str, refused: &Answer) -> Result<Dashboard, Missing> {
    let text = message(refused);
    let named = text
        .split_whitespace()
        .find(|word| word.starts_with("/apis/"))
        .map(str::to_owned);
    let path = named.unwrap_or_else(|| {
        format!(
            "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/{}",
            escape(uid)
        )
    });
    match grafana.get(&path).await {
        Slot::Known { value, .. } if value.status == 404 => Err(Missing::NotFound),
        Slot::Known { value, .. } => read(value),
        Slot::Failed { failure } => Err(Missing::Failed(failure)),
        Slot::NotAsked => Err(Missing::NotFound),
    }
}

fn read(answer: Answer) -> Result<Dashboard, Missing> {
    let answer = expect_ok(answer).map_err(Missing::Failed)?;
    dashboard::read(&answer.body).map_err(Missing::NoDashboard)
}

/// Uid and title of every dashboard, at most a thousand.
pub async fn list(grafana: &Grafana) -> Slot<Vec<(String, String)>> {
    let answer = grafana.get("/api/search?type=dash-db&limit=1000").await;
    answer.and_then(|answer| {
        let request = answer.request.clone();
        let body: Value = crate::parse::tempo::json(answer)?;
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
