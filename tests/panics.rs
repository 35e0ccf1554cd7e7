//! A panic is a bug, and no run ends without a word because of it. The streams that are handed in panic here; what happens in
//! tasks and helper threads is tested where the whole process can be watched (`src/panics.rs`).

use std::ffi::OsString;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use stack::config::Environment;
use tempoctl::Exit;
use tempoctl::Io;

/// A stream that panics at the first write, and can be read afterwards.
#[derive(Clone, Default)]
struct PanicsOnce(Arc<AtomicBool>, Tape);

/// A stream that can be read afterwards.
#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Tape {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Write for PanicsOnce {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        assert!(self.0.swap(true, Ordering::Relaxed), "Zq9secret");
        self.1.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn run(args: &[&str], stdout: impl Write + Send + 'static, stderr: impl Write + Send + 'static) -> Exit {
    tempoctl::run(Io {
        args: std::iter::once(&"tempoctl").chain(args).map(OsString::from).collect(),
        env: Environment::from_os([
            ("HOME".into(), "/nonexistent".into()),
            ("PATH".into(), "/bin:/usr/bin".into()),
        ]),
        stdout: Box::new(stdout),
        stderr: Box::new(stderr),
        stdout_tty: false,
        stderr_tty: false,
    })
}

#[test]
fn a_panic_is_exit_1_a_report_and_one_document() {
    let (stdout, stderr) = (PanicsOnce::default(), Tape::default());
    let exit = run(&["explain", "--list", "-o", "json"], stdout.clone(), stderr.clone());
    assert_eq!(exit, Exit::General);
    let (out, err) = (stdout.1.text(), stderr.text());
    let document: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|problem| panic!("{problem}: {out}"));
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("tempoctl panicked"), "{message}");
    assert!(err.contains("this is a bug") && err.contains("open an issue"), "{err}");
    assert!(!out.contains("Zq9secret") && !err.contains("Zq9secret"), "{out}{err}");
}

#[test]
fn where_no_json_was_asked_for_there_is_none() {
    for args in [&["explain", "--list"][..], &["explain", "--list", "--", "-o", "json"]] {
        let (stdout, stderr) = (PanicsOnce::default(), Tape::default());
        let exit = run(args, stdout.clone(), stderr.clone());
        if args.len() == 2 {
            assert_eq!(exit, Exit::General);
            assert!(stderr.text().contains("this is a bug"), "{}", stderr.text());
        }
        assert_eq!(stdout.1.text(), "", "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_exit_code_of_a_command_outlives_a_panic_of_its_export() {
    // Nobody listens: that the span was not taken is said on a stream that panics.
    let stderr = PanicsOnce::default();
    let args = [
        "send",
        "exec",
        "--otlp-endpoint",
        "http://127.0.0.1:1",
        "--",
        "sh",
        "-c",
        "exit 7",
    ];
    assert_eq!(run(&args, Tape::default(), stderr), Exit::Child(7));
}
