//! A colour for each service: the same in every row. Red stays what it is everywhere: an error.

use std::collections::HashMap;

use crate::render::style::Style;

/// Of the terminal's 256, readable on black and on white, none of them red.
const COLORS: [u8; 10] = [33, 172, 135, 37, 168, 70, 75, 137, 99, 142];

/// Services in the order in which they first appear.
pub(super) struct Palette<'a> {
    known: HashMap<&'a str, usize>,
    style: Style,
}

impl<'a> Palette<'a> {
    pub(super) fn new(services: impl IntoIterator<Item = &'a str>, style: Style) -> Palette<'a> {
        let mut known = HashMap::new();
        for service in services {
            let next = known.len();
            known.entry(service).or_insert(next);
        }
        Palette { known, style }
    }

    /// The text in the colour of a service.
    pub(super) fn paint(&self, service: &str, text: &str) -> String {
        match self.known.get(service) {
            Some(index) => self.style.tint(COLORS[index % COLORS.len()], text),
            None => text.to_owned(),
        }
    }
}
