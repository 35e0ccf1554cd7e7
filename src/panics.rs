//! What a panic becomes. It is a bug, of tempoctl or of a library, and ends no run without a word: wherever it happens,
//! the run exits with 1, standard error says what to report, and where JSON was asked for one document says so too.

use std::panic::{AssertUnwindSafe, Location, PanicHookInfo, catch_unwind};
use std::sync::OnceLock;

use crate::Exit;
use crate::render::Sink;
use crate::render::error::{render_error, render_error_json};
use telemetry::model::Problem;

/// The first panic of this process, in whatever thread or task. What comes after it may only be its consequence.
static FIRST: OnceLock<Panic> = OnceLock::new();

/// Where a panic happened, and why as far as its text cannot hold what a server or the user said.
#[derive(Debug)]
struct Panic {
    place: Option<String>,
    text: Option<&'static str>,
}

impl Panic {
    fn of(info: &PanicHookInfo<'_>) -> Panic {
        Panic {
            place: info.location().map(place),
            // A text that was known when tempoctl was built; one that was made at run time may quote a secret.
            text: info.payload().downcast_ref::<&'static str>().copied(),
        }
    }

    fn message(&self) -> String {
        let place = self.place.as_deref().map(|place| format!(" at {place}"));
        let text = self.text.map(|text| format!(" ({text})"));
        format!(
            "tempoctl panicked{}{}: this is a bug in tempoctl or in one of its libraries\n\
             the output of this run may be incomplete\n\
             tempoctl {} on {} {}",
            place.unwrap_or_default(),
            text.unwrap_or_default(),
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
        )
    }
}

/// File, line and column; of a library's file only what stands behind the registry it came from.
fn place(location: &Location<'_>) -> String {
    let file = without_registry(location.file());
    format!("{file}:{}:{}", location.line(), location.column())
}

fn without_registry(file: &str) -> &str {
    let behind = file.split_once("/registry/src/");
    let behind = behind.and_then(|(_, rest)| rest.split_once('/'));
    behind.map_or(file, |(_, rest)| rest)
}

/// From now on panics of this process are remembered instead of printed: their texts may hold what nobody should see,
/// and those of tasks and helper threads would otherwise change nothing about how the run ends.
pub fn watch_panics() {
    std::panic::set_hook(Box::new(|info| {
        // Only the first is kept.
        let _ = FIRST.set(Panic::of(info));
    }));
}

/// Carries a run out. One in which anything panicked exits with 1, unless its exit code is that of a child process.
pub(crate) fn guard(asks_json: bool, sink: &mut Sink, run: impl FnOnce(&mut Sink) -> Exit) -> Exit {
    let ended = catch_unwind(AssertUnwindSafe(|| run(sink)));
    let unwatched = Panic {
        place: None,
        text: None,
    };
    let panic = match (FIRST.get(), &ended) {
        (Some(first), _) => first,
        (None, Err(_)) => &unwatched,
        (None, Ok(exit)) => return *exit,
    };
    let problem = Problem::new(panic.message()).advising(
        "open an issue in tempoctl's repository with this message, the command line without credentials, \
         and the versions of the servers it asked",
    );
    let text = render_error(&problem, sink.style_err());
    sink.err(&text);
    if asks_json && !sink.has_written() {
        // Where standard output cannot be written to, the message above has to do.
        let _ = sink.out(&render_error_json(&[problem]));
    }
    match ended {
        Ok(Exit::Child(code)) => Exit::Child(code),
        _ => Exit::General,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::Command;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::render::sink::Screen;

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

    const CASE: &str = "TEMPOCTL_TEST_PANIC";

    /// Panics where it is told to, after it has written `written`, and ends as a run without a panic would with `exit`.
    fn run_that_panics(case: &str, written: &str, exit: Exit) -> (Exit, String, String) {
        let (stdout, stderr) = (Tape::default(), Tape::default());
        let mut sink = Sink::new(Box::new(stdout.clone()), Box::new(stderr.clone()), Screen::default());
        let ended = guard(true, &mut sink, |sink| {
            sink.out(written).unwrap();
            let secret = "Zq9secret".to_owned();
            match case {
                "main" => panic!("a header holds {secret}"),
                "literal" => panic!("nothing to hide"),
                "thread" => {
                    let _ = std::thread::spawn(move || panic!("a header holds {secret}")).join();
                }
                _ => {
                    let runtime = tokio::runtime::Runtime::new().unwrap();
                    let _ = runtime.block_on(async { tokio::spawn(async move { panic!("{secret}") }).await });
                }
            }
            exit
        });
        (ended, stdout.text(), stderr.text())
    }

    /// What is watched is the whole process: each case has one to itself.
    #[test]
    fn wherever_it_happens_the_run_exits_with_1_and_one_document() {
        for case in ["main", "literal", "thread", "task"] {
            let child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "panics::tests::one_case_in_its_own_process", "--nocapture"])
                .env(CASE, case)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&child.stdout);
            assert!(
                child.status.success(),
                "{case}: {said}{}",
                String::from_utf8_lossy(&child.stderr)
            );
            assert!(said.contains("1 passed"), "{case}: {said}");
        }
    }

    #[test]
    fn one_case_in_its_own_process() {
        let Ok(case) = std::env::var(CASE) else {
            // Not the process of a case.
            return;
        };
        watch_panics();
        let (ended, stdout, stderr) = run_that_panics(&case, "", Exit::Done);
        assert_eq!(ended, Exit::General);
        let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        for text in [document["error"]["message"].as_str().unwrap(), &stderr] {
            assert!(text.contains("src/panics.rs:"), "{text}");
            assert!(text.contains(env!("CARGO_PKG_VERSION")), "{text}");
            assert!(!text.contains("Zq9secret"), "{text}");
            assert_eq!(text.contains("nothing to hide"), case == "literal", "{text}");
        }
        assert!(stderr.contains("open an issue"), "{stderr}");

        let (ended, stdout, _) = run_that_panics(&case, "{\"account\": 1}\n", Exit::Child(7));
        assert_eq!(
            stdout, "{\"account\": 1}\n",
            "a document that was written stays the only one"
        );
        let unwound = matches!(case.as_str(), "main" | "literal");
        assert_eq!(ended, if unwound { Exit::General } else { Exit::Child(7) });
    }

    #[test]
    fn a_run_without_a_panic_ends_as_it_says() {
        let mut sink = Sink::new(Box::new(std::io::sink()), Box::new(std::io::sink()), Screen::default());
        assert_eq!(guard(true, &mut sink, |_| Exit::Inconclusive), Exit::Inconclusive);
        assert!(!sink.has_written());
    }

    #[test]
    fn of_a_librarys_file_the_crate_is_enough() {
        let file = "/home/someone/.cargo/registry/src/index.crates.io-0123/tonic-0.14.9/src/status.rs";
        assert_eq!(without_registry(file), "tonic-0.14.9/src/status.rs");
        assert_eq!(without_registry("src/cli.rs"), "src/cli.rs");
    }
}
