//! Long answers on a terminal go through the pager that `PAGER` names.

use std::io::Write;
use std::sync::{Arc, Mutex};

use stack::config::Environment;
use tempoctl::Exit;
use tempoctl::Io;

#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What `explain` writes on a terminal of so many lines, and what the pager got.
fn explained(rows: &str, pager: Option<&str>, tty: bool) -> (String, Option<String>) {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (script, got) = (folder.path().join("pager"), folder.path().join("got"));
    std::fs::write(&script, format!("#!/bin/sh\ncat > {}\n", got.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let pager = pager.map_or_else(|| script.display().to_string(), str::to_owned);
    let env = [("LINES", rows), ("COLUMNS", "80"), ("PAGER", &pager)];
    let out = Tape::default();
    let exit = tempoctl::run(Io {
        args: ["tempoctl", "explain", "rw-unreachable"].map(Into::into).to_vec(),
        env: Environment::from_os(env.map(|(name, value)| (name.into(), value.into()))),
        stdout: Box::new(out.clone()),
        stderr: Box::new(Tape::default()),
        stdout_tty: tty,
        stderr_tty: false,
    });
    assert_eq!(exit, Exit::Done);
    let written = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
    (written, std::fs::read_to_string(got).ok())
}

#[test]
fn only_what_does_not_fit_a_terminal_is_paged() {
    let (written, paged) = explained("10", None, true);
    assert!(written.is_empty());
    assert!(paged.unwrap().contains("What you see"));
    for (rows, pager, tty) in [
        ("200", None, true),
        ("10", Some("cat"), true),
        ("10", None, false),
        ("10", Some("/no/such/pager"), true),
    ] {
        let (written, paged) = explained(rows, pager, tty);
        assert!(
            written.contains("What you see") && paged.is_none(),
            "{rows} {pager:?} {tty}"
        );
    }
}
