//! Parts of a lab can be a nuisance on demand, and can die.

use std::time::{Duration, Instant};

use tempoctl::lab::{LabPart, Nuisance};

use crate::lab_kit::{eventually, get, lab};

fn client() -> reqwest::Client {
    let no_redirects = reqwest::redirect::Policy::none();
    stack::clients::build_http_client()
        .no_proxy()
        .redirect(no_redirects)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_part_is_a_nuisance_where_and_as_long_as_it_is_told() {
    let lab = lab("no-app-traffic").await;
    let ready = format!("{}/ready", lab.addresses().tempo);
    let echo = format!("{}/api/echo", lab.addresses().tempo);

    lab.set_nuisance(LabPart::Tempo, "/ready", Nuisance::Html);
    assert!(get(&ready).await.1.contains("<html>"));
    assert_eq!(get(&echo).await.1, "echo\n");

    lab.set_nuisance(LabPart::Tempo, "/ready", Nuisance::Status(500));
    assert_eq!(get(&ready).await.0, 500);

    lab.set_nuisance(LabPart::Tempo, "/ready", Nuisance::NotJson);
    assert!(serde_json::from_str::<serde_json::Value>(&get(&ready).await.1).is_err());

    lab.set_nuisance(
        LabPart::Tempo,
        "/ready",
        Nuisance::Redirect("https://login.example/".to_owned()),
    );
    let answer = client().get(&ready).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()),
        (302, "https://login.example/")
    );

    lab.set_nuisance(LabPart::Tempo, "/ready", Nuisance::Slow(Duration::from_millis(300)));
    let began = Instant::now();
    assert_eq!(get(&ready).await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(300));

    lab.clear_nuisances(LabPart::Tempo);
    assert_eq!(get(&ready).await, (200, "ready\n".to_owned()));
}

#[tokio::test]
async fn bodies_are_cut_off_endless_or_never_come() {
    let lab = lab("no-app-traffic").await;
    let query = format!("{}/api/v1/query?query=up", lab.addresses().prometheus);

    lab.set_nuisance(LabPart::Prometheus, "/api/v1/query", Nuisance::CutOff);
    assert!(client().get(&query).send().await.unwrap().text().await.is_err());

    lab.set_nuisance(LabPart::Prometheus, "/api/v1/query", Nuisance::Endless);
    let mut answer = client().get(&query).send().await.unwrap();
    let mut read = 0;
    while read < 1_000_000 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }

    lab.set_nuisance(LabPart::Prometheus, "/api/v1/query", Nuisance::Hang);
    let hung = client().get(&query).timeout(Duration::from_millis(200)).send().await;
    assert!(hung.unwrap_err().is_timeout());
}

#[tokio::test]
async fn a_killed_part_refuses_and_cuts_open_connections() {
    let lab = lab("no-app-traffic").await;
    let query = format!("{}/api/v1/query?query=up", lab.addresses().prometheus);
    lab.set_nuisance(LabPart::Prometheus, "/api/v1/query", Nuisance::Endless);
    let mut open = client().get(&query).send().await.unwrap();
    let kill = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        lab.kill(LabPart::Prometheus);
    };
    let read = async { while open.chunk().await.is_ok_and(|chunk| chunk.is_some()) {} };
    tokio::join!(kill, read);
    eventually(
        "refusal",
        async || client().get(&query).send().await.is_err(),
        |refused| *refused,
    )
    .await;
    lab.kill(LabPart::Tempo);
    let ready = format!("{}/ready", lab.addresses().tempo);
    eventually(
        "refusal",
        async || client().get(&ready).send().await.is_err(),
        |refused| *refused,
    )
    .await;
}
