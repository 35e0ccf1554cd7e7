//! Where and in what: the flags and settings made into a client.

use crate::app::App;
use crate::command_error::CommandError;
use probes::{Setup, setup};
use stack::clients::export::ExportClient;
use stack::config::{ComposeDefaults, Settings};
use telemetry::model::evidence::DoctorRequest;
use telemetry::model::send_report::TraceProtocol;

use super::args::WireArgs;

/// A receiver, and everything doctor would ask.
pub(super) struct SendTarget {
    pub(super) setup: Setup,
    pub(super) client: ExportClient,
    pub(super) notes: Vec<String>,
}

/// Reads the settings. gRPC clients need a runtime, so this is called within one.
pub(super) fn build_target(wire: &WireArgs, timeout_s: f64, app: &mut App<'_>) -> Result<SendTarget, CommandError> {
    if let Some(protocol) = wire.protocol.and_then(TraceProtocol::otlp_protocol) {
        app.connection = app.connection.with_protocol(protocol.name());
    }
    let settings = app.load_settings_quietly(&ComposeDefaults::default())?;
    let request = DoctorRequest {
        fast: false,
        no_marker: false,
        via_grafana: false,
        app_window_s: 3_600,
        timeout_s,
        only: vec!["receiver.push".to_owned()],
        skip: Vec::new(),
        logs: Vec::new(),
    };
    let mut setup = Setup::new(&settings, request)?;
    let packing = wire.compression.unwrap_or(settings.otlp.compression.value);
    let wire = wire.protocol.unwrap_or_else(|| settings.otlp.protocol.value.into());
    let connect = setup::sender(&settings, &setup.otlp_connect.redact, wire);
    connect.base().clone_into(&mut setup.targets.otlp.url);
    let client = ExportClient::new(wire, connect, packing)?;
    Ok(SendTarget {
        notes: collect_notes(&settings),
        setup,
        client,
    })
}

fn collect_notes(settings: &Settings) -> Vec<String> {
    let mut notes: Vec<String> = settings.notes.iter().map(ToString::to_string).collect();
    if let [first, _, ..] = settings.tenants.value.as_slice() {
        notes.push(format!(
            "sent as tenant {first} only (of {})",
            settings.tenants.value.join(", ")
        ));
    }
    notes
}
