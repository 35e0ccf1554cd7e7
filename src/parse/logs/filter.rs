//! Which entries are wanted.

use memchr::memmem::Finder;

use crate::model::logs::{LogLevel, Nanos};

use super::cursor::Entry;
use super::part::{self, Owner};

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
pub struct Filter {
    /// Not before.
    pub from: Option<Nanos>,
    /// Not after.
    pub to: Option<Nanos>,
    /// At least this serious. An entry that says nothing of it counts as information.
    pub level: Option<LogLevel>,
    /// Matches this.
    pub grep: Option<regex::bytes::Regex>,
    /// Mentions this trace, in any of its spellings.
    pub trace: Option<Trace>,
    /// Written for one of these tenants.
    pub tenants: Vec<String>,
    /// Written by this part of a process that holds several.
    pub owner: Option<Owner>,
}

/// The spellings of a trace id.
#[derive(Debug, Clone)]
pub struct Trace(Vec<Finder<'static>>);

impl Trace {
    /// Of an id in hexadecimal digits, with or without its leading zeros. `None` where it is none.
    pub fn new(id: &str) -> Option<Self> {
        let id = id.trim().to_ascii_lowercase();
        let short = id.trim_start_matches('0');
        if short.is_empty() || id.len() > 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let upper = short.to_ascii_uppercase();
        Some(Trace(vec![
            Finder::new(short.as_bytes()).into_owned(),
            Finder::new(upper.as_bytes()).into_owned(),
        ]))
    }

    fn is_in(&self, text: &[u8]) -> bool {
        self.0.iter().any(|finder| finder.find(text).is_some())
    }
}

impl Filter {
    /// True where the entry is wanted.
    pub fn takes(&self, entry: &Entry<'_>) -> bool {
        let level = || {
            self.level
                .is_none_or(|least| entry.head.level.unwrap_or(LogLevel::Info) >= least)
        };
        let grep = || self.grep.as_ref().is_none_or(|grep| grep.is_match(entry.text));
        let trace = || self.trace.as_ref().is_none_or(|trace| trace.is_in(entry.text));
        self.in_time(entry.time) && level() && trace() && grep() && self.of_tenant(entry) && self.of_owner(entry)
    }

    /// An entry of which nobody knows when it was written is within any time.
    pub fn in_time(&self, time: Option<Nanos>) -> bool {
        let Some(time) = time else {
            return true;
        };
        self.from.is_none_or(|from| time >= from) && self.to.is_none_or(|to| time <= to)
    }

    fn of_tenant(&self, entry: &Entry<'_>) -> bool {
        self.tenants.is_empty()
            || TENANT
                .iter()
                .filter_map(|key| part::field(entry.text, &entry.head, key))
                .any(|tenant| self.tenants.contains(&tenant))
    }

    fn of_owner(&self, entry: &Entry<'_>) -> bool {
        self.owner
            .is_none_or(|owner| part::owner(entry.text, &entry.head) == Some(owner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::logs::Cursor;

    const LOG: &str = "level=info ts=2026-11-22T09:00:00Z caller=a.go:1 msg=a tenant=one traceID=af139bef4de5b8d95d00e97b4f96223\n\
        level=error ts=2026-11-22T09:00:01Z caller=a.go:1 msg=b user=two\n\
        no level here\n\
        level=debug ts=2026-11-22T09:00:03Z caller=a.go:1 msg=c\n";

    fn kept(filter: &Filter) -> Vec<usize> {
        let mut cursor = Cursor::new(0, false);
        cursor.push(LOG.as_bytes());
        cursor.end();
        let mut kept = Vec::new();
        let mut at = 0;
        while let Some(entry) = cursor.next_entry() {
            if filter.takes(&entry) {
                kept.push(at);
            }
            at += 1;
        }
        kept
    }

    #[test]
    fn each_filter_takes_what_it_should() {
        let at = |text: &[u8]| super::super::stamp::rfc3339(text).map(|(nanos, _)| nanos);
        assert_eq!(kept(&Filter::default()), [0, 1, 2, 3]);
        assert_eq!(
            kept(&Filter {
                level: Some(LogLevel::Info),
                ..Filter::default()
            }),
            [0, 1, 2]
        );
        assert_eq!(
            kept(&Filter {
                level: Some(LogLevel::Warn),
                ..Filter::default()
            }),
            [1]
        );
        assert_eq!(
            kept(&Filter {
                from: at(b"2026-11-22T09:00:01Z"),
                ..Filter::default()
            }),
            [1, 2, 3]
        );
        assert_eq!(
            kept(&Filter {
                to: at(b"2026-11-22T09:00:01Z"),
                ..Filter::default()
            }),
            [0, 1, 2]
        );
        assert_eq!(
            kept(&Filter {
                tenants: vec!["two".into()],
                ..Filter::default()
            }),
            [1]
        );
        assert_eq!(
            kept(&Filter {
                trace: Trace::new("0AF139BEF4DE5B8D95D00E97B4F96223"),
                ..Filter::default()
            }),
            [0]
        );
        assert_eq!(
            kept(&Filter {
                grep: regex::bytes::Regex::new("^no").ok(),
                ..Filter::default()
            }),
            [2]
        );
    }

    #[test]
    fn what_is_no_trace_id_is_refused() {
        for no in ["", "0", "xyz", "af139bef4de5b8d95d00e97b4f9622300"] {
            assert!(Trace::new(no).is_none(), "{no}");
        }
    }
}
