//! What judgements over a Compose project share: who is behind a name, which port a server listens on, how a line of a
//! file is shown. The judgements themselves stand with their hops, as `compose_*.rs`.
//!
//! They say what the files say. Whether it fails a run is decided later (`diagnose::files`): what is written explains a
//! loss that was seen, or is a note; where nothing runs it is all there is.

pub mod reach;
pub mod tempo;

use serde_json::Value;

use crate::model::compose::{ConfigFile, Place, Project, Service};
use crate::model::{EvidenceLine, Outcome, Slot};

use super::View;

pub use reach::{Reached, reach};

/// The part of an id by which a judgement over files is known: `receiver.compose-bind`.
pub const MARK: &str = ".compose-";

/// The project, or why there is none.
pub fn project<'a>(view: &View<'a>) -> Result<&'a Project, Box<Outcome>> {
    match view.compose() {
        Slot::Known { value, .. } => Ok(value),
        Slot::Failed { failure } => Err(Box::new(Outcome::no_evidence(failure.to_string()))),
        Slot::NotAsked => Err(Box::new(Outcome::not_applicable(
            "no Compose project given; pass --compose FILE",
        ))),
    }
}

/// A line of a file as evidence.
pub fn line(place: &Place, name: impl Into<String>, value: impl ToString) -> EvidenceLine {
    EvidenceLine::new(place.to_string(), name, value)
}

/// A value of a configuration as evidence; what is not there is shown as `not set`.
pub fn setting(config: &ConfigFile, pointer: &str) -> EvidenceLine {
    line(
        &config.place(pointer),
        dotted(pointer),
        shown(config.tree.pointer(pointer)),
    )
}

/// `/a/b/0` as `a.b.0`
pub fn dotted(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .replace('/', ".")
        .replace("~1", "/")
        .replace("~0", "~")
}

/// A value on one line.
pub fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "not set".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// `docker-compose.yml` of the project, for a remedy.
pub fn file_name(project: &Project) -> &str {
    let path = project.files.first().map_or("docker-compose.yml", String::as_str);
    path.rsplit('/').next().unwrap_or(path)
}

/// The image and the line it stands on.
pub fn image(service: &Service) -> EvidenceLine {
    match &service.image {
        Some(image) => line(&image.at, format!("services.{}.image", service.name), &image.value),
        None => line(&service.at, format!("services.{}", service.name), "built locally"),
    }
}

/// True for a version from `major.minor` on; an unknown one is a recent one.
pub fn is_from(service: &Service, major: u32, minor: u32) -> bool {
    service.version().is_none_or(|version| version >= (major, minor))
}
