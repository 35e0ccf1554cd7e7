//! Where and in what: the flags and settings made into a client.

use std::time::Duration;

use crate::app::App;
use crate::command_error::CommandError;
use stack::Stack;
use stack::config::{ComposeDefaults, Server, Settings};
use stack::{build_exporter, limit_question};
use telemetry::model::send_report::TraceProtocol;

use super::args::WireArgs;

/// The receiver, and everything that tells what became of what it took.
pub(super) fn build_stack(wire: &WireArgs, timeout: Duration, app: &mut App<'_>) -> Result<Stack, CommandError> {
    if let Some(protocol) = wire.protocol.and_then(TraceProtocol::otlp_protocol) {
        app.connection = app.connection.with_protocol(protocol.name());
    }
    app.connection = app
        .connection
        .asking(&[Server::Receiver, Server::Tempo, Server::Prometheus]);
    let settings = app.load_settings_quietly(&ComposeDefaults::default())?;
    let packing = wire.compression.unwrap_or(settings.otlp.compression.value);
    let wire = wire.protocol.unwrap_or_else(|| settings.otlp.protocol.value.into());
    let mut stack = Stack::new(&settings, limit_question(timeout))?;
    stack.otlp = build_exporter(&settings, wire, packing)?;
    stack.otlp.endpoint().clone_into(&mut stack.targets.otlp.url);
    stack.notes = collect_notes(&settings);
    Ok(stack)
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
