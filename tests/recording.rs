//! What real servers answered: `tests/recordings/NAME.json` holds the answers of one stack, each under its name. Where a fault
//! was recorded, these begin with `before/` and `after-60s/`, and `marker` is what was pushed between.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// The answers of one stack.
pub struct Recording {
    name: String,
    answers: BTreeMap<String, RecordedAnswer>,
}

/// One question and what came back.
#[derive(Deserialize)]
pub struct RecordedAnswer {
    pub request: RecordedRequest,
    /// `None` where nothing came back.
    pub status: Option<u16>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: String,
}

#[derive(Deserialize)]
pub struct RecordedRequest {
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    #[serde(default)]
    pub body: Value,
}

impl Recording {
    pub fn read(name: &str) -> Recording {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/recordings/{name}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Recording {
            name: name.to_owned(),
            answers: serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        }
    }

    /// Every answer, by name.
    pub fn answers(&self) -> &BTreeMap<String, RecordedAnswer> {
        &self.answers
    }

    /// The answer of that name, where it was recorded.
    pub fn find(&self, name: &str) -> Option<&RecordedAnswer> {
        self.answers.get(name)
    }

    pub fn answer(&self, name: &str) -> &RecordedAnswer {
        self.find(name).unwrap_or_else(|| panic!("{} has no {name}", self.name))
    }
}

impl RecordedAnswer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{}: {error}", self.request.path))
    }
}
