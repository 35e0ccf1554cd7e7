//! What every command is given, and how it is run.

use std::time::Duration;

use tokio::runtime::Builder;

use crate::command_error::CommandError;
use crate::render::Sink;
use crate::render::error::render_error_json;
use crate::signal::{check_resources, note_waits, wait_for_signal};
use stack::config::{ComposeDefaults, ConnectionArgs, Disk, Environment, Server, Settings};

/// One run of the program.
pub struct App<'a> {
    /// Where the servers are, as far as flags say.
    pub connection: ConnectionArgs,
    /// The environment.
    pub env: &'a Environment,
    /// Where everything is printed.
    pub sink: &'a mut Sink,
    /// `-o json` was asked for: an error is one document as well.
    pub json: bool,
}

impl App<'_> {
    /// The settings of these servers from flags, environment and file. Their secrets are masked in whatever is printed from now on; what a
    /// file in the working directory was not given is said.
    pub fn load_settings(&mut self, servers: &'static [Server]) -> Result<Settings, CommandError> {
        self.connection = self.connection.asking(servers);
        let settings = self.load_settings_quietly(&ComposeDefaults::default())?;
        self.tell_held_back(&settings);
        Ok(settings)
    }

    /// The same, for who tells the notes itself; `beside` counts before a default.
    pub fn load_settings_quietly(&mut self, beside: &ComposeDefaults) -> Result<Settings, CommandError> {
        let settings = Settings::load_with_compose(&self.connection, self.env, &Disk, beside)?;
        let redactor = settings.redactor().without_words();
        if !redactor.is_empty() {
            self.sink.mask_secrets(move |text| redactor.redact(text).into_owned());
        }
        Ok(settings)
    }

    /// Says what a file in the working directory was not given, whatever else is folded.
    pub fn tell_held_back(&mut self, settings: &Settings) {
        for note in settings.held_back() {
            self.sink.err(&format!("{note}\n"));
        }
    }

    /// Says what is wrong: on standard error, and where JSON was asked for as the one document on standard output.
    pub fn report(&mut self, error: &CommandError) {
        error.print(self.sink);
        if self.json && !error.problems.is_empty() && !self.sink.has_written() {
            // Where standard output cannot be written to, what stands on standard error has to do.
            let _ = self.sink.out(&render_error_json(&error.problems));
        }
    }
}

/// How long work that is left over when a command is done may take.
const LEFT_OVER: Duration = Duration::from_millis(50);

/// Runs a future on a runtime of its own, to its end or to a signal. One that hears the signal itself and is then done without
/// waiting for anything more is not cut short.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    block_on_with_signals(cancel_on_signal(future))
}

/// The result of a future, unless a signal comes first.
pub(crate) async fn cancel_on_signal<T>(
    future: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    let future = Box::pin(future);
    tokio::select! {
        biased;
        result = future => result,
        () = wait_for_signal() => Err(CommandError::cancelled()),
    }
}

/// The same for a future that handles signals itself.
pub(crate) fn block_on_with_signals<T>(
    future: impl Future<Output = Result<T, CommandError>>,
) -> Result<T, CommandError> {
    run_on(Builder::new_current_thread(), future)
}

/// The same on threads of its own, for what has to go on while the command itself computes.
pub(crate) fn block_on_threads<T>(future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2);
    run_on(builder, future)
}

fn run_on<T>(mut builder: Builder, future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    check_resources().map_err(CommandError::general)?;
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|problem| CommandError::general(format!("cannot start the async runtime: {problem}")))?;
    // On the heap: a thread's stack may be small.
    let result = runtime.block_on(note_waits(Box::pin(future)));
    runtime.shutdown_timeout(LEFT_OVER);
    result
}
