//! Running the program in this process, as a user would run it.

use std::ffi::OsString;
use std::io::Write;
use std::sync::{Arc, Mutex};

use stack::config::Environment;
use tempoctl::Exit;
use tempoctl::Io;

/// A stream that can be read afterwards.
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

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub exit: Exit,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The JSON document on standard output.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }
}

/// Runs tempoctl with these arguments and this environment, on no terminal.
pub fn run_in(env: &[(&str, &str)], args: &[&str]) -> Ran {
    let (out, err) = (Tape::default(), Tape::default());
    let exit = tempoctl::run(Io {
        args: std::iter::once("tempoctl")
            .chain(args.iter().copied())
            .map(OsString::from)
            .collect(),
        env: Environment::from_os(
            env.iter()
                .map(|(name, value)| (OsString::from(name), OsString::from(value))),
        ),
        stdout: Box::new(out.clone()),
        stderr: Box::new(err.clone()),
        stdout_tty: false,
        stderr_tty: false,
    });
    let text = |tape: &Tape| String::from_utf8(tape.0.lock().unwrap().clone()).unwrap();
    Ran {
        exit,
        out: text(&out),
        err: text(&err),
    }
}

/// The same with nothing in the environment but a home of its own.
pub fn run(args: &[&str]) -> Ran {
    run_in(&[("HOME", "/nonexistent")], args)
}

/// The same from an asynchronous test: the program brings its own runtime.
pub async fn run_beside(args: Vec<String>) -> Ran {
    tokio::task::spawn_blocking(move || run(&args.iter().map(String::as_str).collect::<Vec<_>>()))
        .await
        .unwrap()
}

/// The same with more in the environment.
pub async fn run_beside_in(env: Vec<(&'static str, String)>, args: Vec<String>) -> Ran {
    tokio::task::spawn_blocking(move || {
        let mut all = vec![("HOME", "/nonexistent")];
        all.extend(env.iter().map(|(name, value)| (*name, value.as_str())));
        run_in(&all, &args.iter().map(String::as_str).collect::<Vec<_>>())
    })
    .await
    .unwrap()
}

/// Words as owned arguments.
pub fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}
