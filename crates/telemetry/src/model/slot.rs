//! How a fact can be absent is part of its type, so «no data» and «could not look» never mix.

use serde::{Deserialize, Serialize};

use super::failure::{Failure, FailureKind};

/// A fact, or why there is none.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Slot<T> {
    /// Nobody asked: switched off, not needed, or not reached in this run.
    #[default]
    NotAsked,
    /// Asked, and no usable answer came.
    Failed {
        /// Why not.
        failure: Failure,
    },
    /// Asked and answered.
    Known {
        /// The answer.
        value: T,
        /// How long the question took, in milliseconds.
        took_ms: u64,
    },
}

impl<T> Slot<T> {
    /// A known fact.
    pub fn known(value: T, took_ms: u64) -> Self {
        Slot::Known { value, took_ms }
    }

    /// A question that failed.
    pub fn failed(failure: Failure) -> Self {
        Slot::Failed { failure }
    }

    /// The fact, where it is known.
    pub fn get(&self) -> Option<&T> {
        match self {
            Slot::Known { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        match self {
            Slot::Known { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Why it is not known, where asking failed.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Slot::Failed { failure } => Some(failure),
            _ => None,
        }
    }

    /// True where somebody asked, whatever came of it.
    pub fn was_asked(&self) -> bool {
        !matches!(self, Slot::NotAsked)
    }

    /// How long the question took, in milliseconds.
    pub fn took_ms(&self) -> Option<u64> {
        match self {
            Slot::Known { took_ms, .. } => Some(*took_ms),
            _ => None,
        }
    }

    /// The fact, or why there is none.
    pub fn into_result(self) -> Result<T, Failure> {
        match self {
            Slot::Known { value, .. } => Ok(value),
            Slot::Failed { failure } => Err(failure),
            Slot::NotAsked => Err(Failure::new(FailureKind::Cancelled, "", "not asked")),
        }
    }

    /// The same slot with another value, or the failure that making it gave.
    pub fn and_then<U>(self, read: impl FnOnce(T) -> Result<U, Failure>) -> Slot<U> {
        match self {
            Slot::NotAsked => Slot::NotAsked,
            Slot::Failed { failure } => Slot::Failed { failure },
            Slot::Known { value, took_ms } => match read(value) {
                Ok(value) => Slot::Known { value, took_ms },
                Err(failure) => Slot::Failed { failure },
            },
        }
    }
}

impl<T> From<Result<T, Failure>> for Slot<T> {
    fn from(result: Result<T, Failure>) -> Self {
        match result {
            Ok(value) => Slot::Known { value, took_ms: 0 },
            Err(failure) => Slot::Failed { failure },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FailureKind;

    #[test]
    fn absence_survives_a_round_trip() {
        let slots: [Slot<u32>; 3] = [
            Slot::NotAsked,
            Slot::failed(Failure::new(FailureKind::Refused, "GET http://x/", "refused")),
            Slot::known(7, 3),
        ];
        for slot in slots {
            let text = serde_json::to_string(&slot).expect("serialises");
            let back: Slot<u32> = serde_json::from_str(&text).expect("parses");
            assert_eq!(back, slot, "{text}");
        }
    }
}
