//! What ends a run from outside: signals, and the time limit of a command that computes instead of waiting.
//!
//! Signals are heard by a thread of their own from the first moment of the process, so that none is lost before a runtime
//! stands. The first one lets the run end in order; the second ends the process. The watchdog is another thread: code that
//! never waits for anything hears nobody.

#[cfg(not(unix))]
use std::io::Write;
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use stack::config::files;
use telemetry::model::Problem;
use telemetry::parse::duration;
use tokio::sync::watch;

use crate::Exit;
use crate::render::Style;
use crate::render::error::{render_error, render_error_json};
use crate::render::sink::has_written_data;

/// A signal that ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessSignal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
    /// SIGHUP.
    Hangup,
}

/// Every signal so far.
static HEARD: LazyLock<watch::Sender<Vec<ProcessSignal>>> = LazyLock::new(|| watch::Sender::new(Vec::new()));
/// The run is the process's own: signals are heard, and a watchdog may end it.
static WATCHED: AtomicBool = AtomicBool::new(false);
/// Signals are for a child process, whose end this one awaits.
static PASSED_ON: AtomicBool = AtomicBool::new(false);
/// `-o json` was asked for.
static JSON: AtomicBool = AtomicBool::new(false);
/// Since when the run has been computing; nothing while it waits.
static BUSY_SINCE: Mutex<Option<Instant>> = Mutex::new(None);

/// What a run that is ended by its watchdog has found so far, as its output.
static PARTIAL: Mutex<Option<PartialResult>> = Mutex::new(None);

type PartialResult = Box<dyn FnOnce() -> Option<String> + Send>;

/// How long the watchdog lets a run overstay its time limit.
const GRACE: Duration = Duration::from_secs(1);
/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(50);
/// Last words are given this long to leave; a full pipe takes none.
const LAST_WORDS: Duration = Duration::from_millis(300);
/// What was found so far is evaluated this long.
const PARTIAL_WITHIN: Duration = Duration::from_secs(1);

/// Hears signals from now on. Without a thread for it they keep their default effect.
pub fn watch_signals() {
    if check_resources().is_err() {
        return;
    }
    let (ready, listening) = mpsc::channel();
    let spawned = thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || hear_signals(&ready));
    if spawned.is_ok() {
        // An error: the thread has ended, and nobody listens.
        WATCHED.store(listening.recv().is_ok(), Ordering::Relaxed);
    }
}

#[cfg(unix)]
fn hear_signals(ready: &mpsc::Sender<()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return;
    };
    runtime.block_on(async {
        // A file that may not grow is an error of the write, not the end of the process.
        let _file_size = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
        let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
            signal(SignalKind::hangup()),
        ) else {
            return;
        };
        let _ = ready.send(());
        loop {
            note_signal(tokio::select! {
                _ = interrupt.recv() => ProcessSignal::Interrupt,
                _ = terminate.recv() => ProcessSignal::Terminate,
                _ = hangup.recv() => ProcessSignal::Hangup,
            });
        }
    });
}

#[cfg(not(unix))]
fn hear_signals(ready: &mpsc::Sender<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
        return;
    };
    let _ = ready.send(());
    while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
        note_signal(ProcessSignal::Interrupt);
    }
}

fn note_signal(heard: ProcessSignal) {
    HEARD.send_modify(|so_far| so_far.push(heard));
    if HEARD.borrow().len() > 1 && !PASSED_ON.load(Ordering::Relaxed) {
        end_process(Exit::Cancelled, Problem::new("interrupted twice: ended at once"));
    }
}

/// Returns once a signal that ends a run has been heard, however long ago.
pub async fn wait_for_signal() {
    wait_for_signals(1).await;
}

/// Returns the signal that makes it so many.
pub async fn wait_for_signals(count: usize) -> ProcessSignal {
    let mut heard = HEARD.subscribe();
    let last = heard.wait_for(|so_far| so_far.len() >= count).await;
    let last = last.map(|so_far| so_far[count - 1]);
    match last {
        Ok(last) => last,
        // The sender is a static.
        Err(_) => std::future::pending().await,
    }
}

/// From now on signals are for a child process: however many come, this process outlives it.
pub fn pass_signals_on() {
    PASSED_ON.store(true, Ordering::Relaxed);
}

/// What a run owes whoever reads its output, should it be ended from outside.
pub fn owe_document(json: bool) {
    JSON.store(json, Ordering::Relaxed);
}

/// The time limit of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// Of the whole run.
    Run(Duration),
    /// Of each query; what comes of one may take as long to compute.
    Query(Duration),
}

/// From now on a watchdog ends the process where the limit is exceeded by more than a second. It is for code that does not
/// wait; what waits has its own deadline, and says more when it ends.
pub fn limit_time(limit: TimeLimit) {
    if !WATCHED.load(Ordering::Relaxed) {
        return;
    }
    let begun = Instant::now();
    set_busy(true);
    // Without a thread for it there is no watchdog.
    let _ = thread::Builder::new().name("watchdog".to_owned()).spawn(move || {
        loop {
            thread::sleep(LOOK);
            let (since, limit) = match limit {
                TimeLimit::Run(limit) => (Some(begun), limit),
                TimeLimit::Query(limit) => (busy_since(), limit),
            };
            if since.is_some_and(|since| since.elapsed() > limit.saturating_add(GRACE)) {
                end_process(Exit::Inconclusive, explain_overrun(limit));
            }
        }
    });
}

fn explain_overrun(limit: Duration) -> Problem {
    let limit = duration::format_duration(limit);
    match files::current_file() {
        Some(path) => Problem::new(format!("still reading {} after {limit}", path.display()))
            .advising("name a file that ends, or raise --timeout"),
        None => Problem::new(format!(
            "timed out after {limit}: what was read takes longer to evaluate"
        ))
        .advising("ask for less, or raise --timeout"),
    }
}

fn busy_since() -> Option<Instant> {
    *BUSY_SINCE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn set_busy(busy: bool) {
    *BUSY_SINCE.lock().unwrap_or_else(PoisonError::into_inner) = busy.then(Instant::now);
}

/// The same future; the watchdog is told when it computes and when it waits.
pub async fn note_waits<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|context| {
        set_busy(true);
        let polled = future.as_mut().poll(context);
        set_busy(polled.is_ready());
        polled
    })
    .await
}

/// Keeps what prints the result so far, for the watchdog, until the guard is dropped.
pub fn keep_partial_result(render: impl FnOnce() -> Option<String> + Send + 'static) -> PartialResultGuard {
    *PARTIAL.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(render));
    PartialResultGuard
}

/// See [`keep_partial_result`].
#[must_use]
pub struct PartialResultGuard;

impl Drop for PartialResultGuard {
    fn drop(&mut self) {
        drop(take_partial_result());
    }
}

fn take_partial_result() -> Option<PartialResult> {
    PARTIAL.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn render_partial_result() -> Option<String> {
    let render = take_partial_result()?;
    let (done, rendered) = mpsc::channel();
    thread::Builder::new()
        .spawn(move || {
            let _ = done.send(render());
        })
        .ok()?;
    rendered.recv_timeout(PARTIAL_WITHIN).ok()?
}

/// Ends the process, whatever its other threads do.
fn end_process(code: Exit, problem: Problem) -> ! {
    let unwritten = !has_written_data();
    let owed = JSON.load(Ordering::Relaxed) && unwritten;
    // The second signal does not wait.
    let partial = match code {
        Exit::Inconclusive if unwritten => render_partial_result(),
        _ => None,
    };
    let (done, said) = mpsc::channel();
    let speaker = thread::Builder::new().spawn(move || {
        let problems = [problem];
        write_raw(Stream::Error, &render_error(&problems[0], Style::PLAIN));
        match partial {
            Some(document) => write_raw(Stream::Data, &document),
            None if owed => write_raw(Stream::Data, &render_error_json(&problems)),
            None => {}
        }
        let _ = done.send(());
    });
    if speaker.is_ok() {
        let _ = said.recv_timeout(LAST_WORDS);
    }
    exit(code.code().into());
}

enum Stream {
    Data,
    Error,
}

/// Past the locks of the standard streams, which whoever computes or waits may hold.
#[cfg(unix)]
fn write_raw(stream: Stream, text: &str) {
    let stream = match stream {
        Stream::Data => rustix::stdio::stdout(),
        Stream::Error => rustix::stdio::stderr(),
    };
    let mut left = text.as_bytes();
    while !left.is_empty() {
        match rustix::io::write(stream, left) {
            Ok(written) if written > 0 => left = &left[written..],
            Err(rustix::io::Errno::INTR) => {}
            _ => return,
        }
    }
}

#[cfg(not(unix))]
fn write_raw(stream: Stream, text: &str) {
    let _ = match stream {
        Stream::Data => std::io::stdout().write_all(text.as_bytes()),
        Stream::Error => std::io::stderr().write_all(text.as_bytes()),
    };
}

/// Descriptors that a run needs: its streams, those of the runtime and a few connections.
#[cfg(unix)]
const DESCRIPTORS: u64 = 32;

/// Whether the system gives a run what it needs; libraries panic where it does not.
#[cfg(unix)]
pub fn check_resources() -> Result<(), String> {
    use rustix::process::{Resource, getrlimit};
    thread::Builder::new()
        .spawn(|| {})
        .map_err(|problem| format!("cannot start a thread: {problem}; raise `ulimit -u`"))?;
    match getrlimit(Resource::Nofile).current {
        Some(few) if few < DESCRIPTORS => Err(format!(
            "only {few} files may be open at once, and tempoctl needs {DESCRIPTORS}: raise `ulimit -n`"
        )),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
pub fn check_resources() -> Result<(), String> {
    Ok(())
}
