//! Whose log a line stands in, and which part of it wrote the line, in words that people use.

use super::header::{LineFormat, LineHeader};
use super::{json, logfmt};

/// Whose log it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LogOwner {
    /// Tempo
    Tempo,
    /// Prometheus
    Prometheus,
    /// Grafana
    Grafana,
    /// The collector or Alloy
    Collector,
    /// Tempo's metrics-generator, alone or inside a single binary
    Generator,
}

/// What Tempo's files are part of. Where a name stands twice in Tempo's sources, the part that logs more.
const TEMPO: [(&str, &str); 46] = [
    ("app.go", "start"),
    ("backendscheduler.go", "scheduler"),
    ("backendworker.go", "worker"),
    ("blockbuilder.go", "block-builder"),
    ("client.go", "client"),
    ("compaction.go", "compaction"),
    ("compactor.go", "compactor"),
    ("complete_block_lifecycle.go", "live-store"),
    ("config_util.go", "remote write"),
    ("distributor.go", "distributor"),
    ("flush.go", "ingester"),
    ("forwarder.go", "forwarder"),
    ("frontend.go", "frontend"),
    ("frontend_processor.go", "querier"),
    ("generator.go", "generator"),
    ("generator_kafka.go", "generator"),
    ("handler.go", "frontend"),
    ("ingester.go", "ingester"),
    ("instance.go", "instance"),
    ("lifecycler.go", "ring"),
    ("basic_lifecycler.go", "ring"),
    ("live_store.go", "live-store"),
    ("live_store_background.go", "live-store"),
    ("local_entity_limiter.go", "generator"),
    ("local_series_limiter.go", "generator"),
    ("main.go", "start"),
    ("memberlist_client.go", "memberlist"),
    ("memberlist_logger.go", "memberlist"),
    ("metrics_query_handler.go", "frontend"),
    ("metrics_query_range_handler.go", "frontend"),
    ("module_service.go", "start"),
    ("modules.go", "start"),
    ("overrides.go", "overrides"),
    ("poller.go", "block list"),
    ("querier.go", "querier"),
    ("rate_limited_logger.go", "limits"),
    ("registry.go", "generator"),
    ("retention.go", "retention"),
    ("runtime_config_overrides.go", "overrides"),
    ("search_handlers.go", "frontend"),
    ("server.go", "server"),
    ("tag_handlers.go", "frontend"),
    ("tempodb.go", "storage"),
    ("traceid_handlers.go", "frontend"),
    ("wal.go", "wal"),
    ("worker.go", "querier"),
];

/// Folders of vendored code that say more than the name of the file.
const FOLDERS: [(&str, &str); 6] = [
    ("/storage/remote/", "remote write"),
    ("/tsdb/wlog/", "remote write"),
    ("/tsdb/", "tsdb"),
    ("/scrape/", "scrape"),
    ("retry_sender.go", "exporter"),
    ("queue_sender.go", "exporter"),
];

/// The part that wrote a line: `distributor`, `remote write`, `exporter otlp`. Empty where nothing tells.
pub fn detect_component(line: &[u8], head: &LineHeader) -> String {
    let caller = String::from_utf8_lossy(head.caller.slice(line)).into_owned();
    let field = |key: &str| find_field(line, head, key);
    // Lines of logfmt have none; looking for it would read each of them whole.
    let id = || field("otelcol.component.id");
    if let Some(id) = (head.format != LineFormat::Logfmt).then(id).flatten() {
        let kind = field("otelcol.component.kind").unwrap_or_default();
        return format!("{kind} {id}").trim().to_owned();
    }
    if let Some((_, name)) = FOLDERS.iter().find(|(folder, _)| caller.contains(folder)) {
        return (*name).to_owned();
    }
    if has_message(line, head, b"pusher failed to consume trace data") {
        return "distributor".to_owned();
    }
    let file = caller.rsplit('/').next().unwrap_or_default();
    let file = file.split(':').next().unwrap_or_default();
    if let Some((_, name)) = TEMPO.iter().find(|(known, _)| *known == file) {
        return (*name).to_owned();
    }
    if let Some(component) = field("component").filter(|name| name != "tempo") {
        return component;
    }
    file.strip_suffix(".go").unwrap_or(file).to_owned()
}

/// Whose log the line stands in, where it tells.
pub fn detect_owner(line: &[u8], head: &LineHeader) -> Option<LogOwner> {
    let caller = head.caller.slice(line);
    let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
    match head.format {
        LineFormat::Console | LineFormat::Json if has(b"otelcol") => return Some(LogOwner::Collector),
        LineFormat::Logfmt if has(b"component_path=/") || has(b"component_id=otelcol") => {
            return Some(LogOwner::Collector);
        }
        LineFormat::Logfmt if line.starts_with(b"logger=") => return Some(LogOwner::Grafana),
        _ => {}
    }
    if head.format != LineFormat::Logfmt {
        return None;
    }
    let caller = String::from_utf8_lossy(caller);
    let remote = caller.contains("/storage/remote/") || caller.contains("/tsdb/wlog/");
    if remote && has(b"tenant=") {
        return Some(LogOwner::Generator);
    }
    let file = caller.rsplit('/').next().unwrap_or_default();
    let file = file.split(':').next().unwrap_or_default();
    if TEMPO.iter().any(|(known, part)| *known == file && *part == "generator") {
        return Some(LogOwner::Generator);
    }
    if has(b"component=tsdb") || has(b"component=web") || has(b"component=\"scrape manager\"") || has(b"Prometheus") {
        return Some(LogOwner::Prometheus);
    }
    (line.starts_with(b"level=") && !file.is_empty()).then_some(LogOwner::Tempo)
}

fn has_message(line: &[u8], head: &LineHeader, text: &[u8]) -> bool {
    head.message.slice(line) == text
}

/// The value of a field, wherever the format keeps its fields.
pub fn find_field(line: &[u8], head: &LineHeader, key: &str) -> Option<String> {
    let first = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match head.format {
        LineFormat::Logfmt => {
            let mut pairs = logfmt::LogfmtPairs::new(first).filter(|pair| pair.assigned);
            let pair = pairs.find(|pair| pair.key.slice(first) == key.as_bytes())?;
            Some(super::escape::unescape_text(pair.value.slice(first)).into_owned())
        }
        LineFormat::Json => find_member_text(first, key),
        LineFormat::Console => find_member_text(find_trailing_object(first)?, key),
        LineFormat::Plain => None,
    }
}

/// The object at the end of a line of the collector's console.
pub(super) fn find_trailing_object(line: &[u8]) -> Option<&[u8]> {
    let tab = memchr::memrchr(b'\t', line)?;
    line.get(tab + 1..).filter(|object| object.first() == Some(&b'{'))
}

fn find_member_text(object: &[u8], key: &str) -> Option<String> {
    let (from, to) = json::find_member(object, key.as_bytes())?;
    Some(super::escape::unescape_text(object.get(from..to)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::header::parse_line_header;

    fn read(line: &str) -> (String, Option<LogOwner>) {
        let head = parse_line_header(line.as_bytes());
        (
            detect_component(line.as_bytes(), &head),
            detect_owner(line.as_bytes(), &head),
        )
    }

    #[test]
    fn parts_have_names_that_people_use() {
        for (line, name, whose) in [
            (
                "level=info ts=2026-11-22T09:00:00Z caller=poller.go:249 msg=\"blocklist poll complete\"",
                "block list",
                LogOwner::Tempo,
            ),
            (
                "time=2026-11-22T13:06:45.446Z level=WARN source=vendor/github.com/prometheus/prometheus/storage/remote/queue_manager.go:2084 msg=\"Failed to send batch, retrying\" tenant=a component=remote",
                "remote write",
                LogOwner::Generator,
            ),
            (
                "level=error ts=2026-11-22T09:00:00Z caller=rate_limited_logger.go:38 msg=\"pusher failed to consume trace data\"",
                "distributor",
                LogOwner::Tempo,
            ),
            (
                "logger=data-proxy-log t=2026-11-22T09:00:00Z level=error msg=x",
                "data-proxy-log",
                LogOwner::Grafana,
            ),
            (
                "ts=2026-11-22T09:00:00Z caller=head.go:722 level=info component=tsdb msg=\"WAL replay completed\"",
                "tsdb",
                LogOwner::Prometheus,
            ),
            (
                "2026-11-22T11:56:38.300Z\tinfo\tinternal/retry_sender.go:136\tExporting failed.\t{\"resource\": {\"service.name\": \"otelcol\"}, \"otelcol.component.id\": \"otlp\", \"otelcol.component.kind\": \"exporter\"}",
                "exporter otlp",
                LogOwner::Collector,
            ),
        ] {
            assert_eq!(read(line), (name.to_owned(), Some(whose)), "{line}");
        }
        assert_eq!(read("hello"), (String::new(), None));
    }
}
