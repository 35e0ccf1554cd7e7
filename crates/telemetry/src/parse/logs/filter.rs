//! Which entries are wanted.

use memchr::memmem::Finder;

use crate::model::logs::{LogLevel, Nanos};

use super::component::{self, LogOwner};
use super::splitter::LogRecord;

/// Keys under which servers write a tenant.
const TENANT: [&str; 8] = [
    "tenant",
    "tenantID",
    "tenant_id",
    "user",
    "userID",
    "org_id",
    "orgID",
    "X-Scope-OrgID",
];

/// Which entries are wanted; by default all.
#[derive(Debug, Default)]
pub struct LogFilter {
    /// Not before.
    pub from: Option<Nanos>,
    /// Not after.
    pub to: Option<Nanos>,
    /// At least this serious. An entry that says nothing of it counts as information.
    pub level: Option<LogLevel>,
    /// Matches this.
    pub grep: Option<regex::bytes::Regex>,
    /// Mentions this trace, in any of its spellings.
    pub trace: Option<TraceIdFinder>,
    /// Written for one of these tenants.
    pub tenants: Vec<String>,
    /// Written by this part of a process that holds several.
    pub owner: Option<LogOwner>,
}

/// The spellings of a trace id.
#[derive(Debug, Clone)]
pub struct TraceIdFinder(Vec<Finder<'static>>);

impl TraceIdFinder {
    /// Of an id in hexadecimal digits, with or without its leading zeros. `None` where it is none.
    pub fn new(id: &str) -> Option<Self> {
        let id = id.trim().to_ascii_lowercase();
        let short = id.trim_start_matches('0');
        if short.is_empty() || id.len() > 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let upper = short.to_ascii_uppercase();
        Some(TraceIdFinder(vec![
            Finder::new(short.as_bytes()).into_owned(),
            Finder::new(upper.as_bytes()).into_owned(),
        ]))
    }

    fn is_in(&self, text: &[u8]) -> bool {
        self.0.iter().any(|finder| finder.find(text).is_some())
    }
}

impl LogFilter {
    /// True where the entry is wanted.
    pub fn accepts(&self, entry: &LogRecord<'_>) -> bool {
        let level = || {
            self.level
                .is_none_or(|least| entry.head.level.unwrap_or(LogLevel::Info) >= least)
        };
        let grep = || self.grep.as_ref().is_none_or(|grep| grep.is_match(entry.text));
        let trace = || self.trace.as_ref().is_none_or(|trace| trace.is_in(entry.text));
        self.in_time(entry.time)
            && level()
            && trace()
            && grep()
            && self.matches_tenant(entry)
            && self.matches_owner(entry)
    }

    /// An entry of which nobody knows when it was written is within any time.
    pub fn in_time(&self, time: Option<Nanos>) -> bool {
        let Some(time) = time else {
            return true;
        };
        self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time <= to)
    }

    fn matches_tenant(&self, entry: &LogRecord<'_>) -> bool {
        self.tenants.is_empty()
            || TENANT
                .iter()
                .filter_map(|key| component::find_field(entry.text, &entry.head, key))
                .any(|tenant| self.tenants.contains(&tenant))
    }

    fn matches_owner(&self, entry: &LogRecord<'_>) -> bool {
        self.owner
            .is_none_or(|owner| component::detect_owner(entry.text, &entry.head) == Some(owner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::EntrySplitter;

    const LOG: &str = "level=info ts=2026-11-22T09:00:00Z caller=a.go:1 msg=a tenant=one traceID=af139bef4de5b8d95d00e97b4f96223\n\
        level=error ts=2026-11-22T09:00:01Z caller=a.go:1 msg=b user=two\n\
        no level here\n\
        level=debug ts=2026-11-22T09:00:03Z caller=a.go:1 msg=c\n";

    fn kept(filter: &LogFilter) -> Vec<usize> {
        let mut cursor = EntrySplitter::new(0, false);
        cursor.push(LOG.as_bytes());
        cursor.end();
        let mut kept = Vec::new();
        let mut at = 0;
        while let Some(entry) = cursor.next_entry() {
            if filter.accepts(&entry) {
                kept.push(at);
            }
            at += 1;
        }
        kept
    }

    #[test]
    fn each_filter_takes_what_it_should() {
        let at = |text: &[u8]| super::super::timestamp::parse_rfc3339(text).map(|(nanos, _)| nanos);
        assert_eq!(kept(&LogFilter::default()), [0, 1, 2, 3]);
        assert_eq!(
            kept(&LogFilter {
                level: Some(LogLevel::Info),
                ..LogFilter::default()
            }),
            [0, 1, 2]
        );
        assert_eq!(
            kept(&LogFilter {
                level: Some(LogLevel::Warn),
                ..LogFilter::default()
            }),
            [1]
        );
        assert_eq!(
            kept(&LogFilter {
                from: at(b"2026-11-22T09:00:01Z"),
                ..LogFilter::default()
            }),
            [1, 2, 3]
        );
        assert_eq!(
            kept(&LogFilter {
                to: at(b"2026-11-22T09:00:01Z"),
                ..LogFilter::default()
            }),
            [0, 1, 2]
        );
        assert_eq!(
            kept(&LogFilter {
                tenants: vec!["two".into()],
                ..LogFilter::default()
            }),
            [1]
        );
        assert_eq!(
            kept(&LogFilter {
                trace: TraceIdFinder::new("0AF139BEF4DE5B8D95D00E97B4F96223"),
                ..LogFilter::default()
            }),
            [0]
        );
        assert_eq!(
            kept(&LogFilter {
                grep: regex::bytes::Regex::new("^no").ok(),
                ..LogFilter::default()
            }),
            [2]
        );
    }

    #[test]
    fn what_is_no_trace_id_is_refused() {
        for no in ["", "0", "xyz", "af139bef4de5b8d95d00e97b4f9622300"] {
            assert!(TraceIdFinder::new(no).is_none(), "{no}");
        }
    }
}
