//! What a file in the working directory was not given is said beside every answer, whatever else is folded.

use crate::config::Settings;
use crate::render::Sink;

/// Writes the notes to standard error.
pub(super) fn tell_held_back(settings: &Settings, sink: &mut Sink) {
    for note in settings.held_back() {
        sink.err(&format!("{note}\n"));
    }
}
