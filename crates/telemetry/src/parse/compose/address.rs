//! Where variables and arguments name another service of the project: `ENDPOINT=tempo:4317`, `--otlp=http://tempo:4318`.

use crate::model::compose::{ComposeProject, ComposeRole, FileLocation, NamedAddress};

/// Notes at each service which receivers of traces its variables and arguments name.
pub(super) fn find_named_addresses(project: &mut ComposeProject) {
    let receives = |role| matches!(role, ComposeRole::Tempo | ComposeRole::Collector | ComposeRole::Alloy);
    let receivers = project.services.iter().filter(|service| receives(service.role));
    let names: Vec<String> = receivers
        .flat_map(|service| service.aliases.iter().chain([&service.name]))
        .cloned()
        .collect();
    for service in &mut project.services {
        let variables = service.environment.iter().filter_map(|(name, spot)| {
            let value = spot.value.as_deref()?;
            Some((format!("environment.{name}"), value, &spot.at))
        });
        let words = service
            .words
            .iter()
            .map(|word| ("command".to_owned(), word.value.as_str(), &word.at));
        let found: Vec<NamedAddress> = variables
            .chain(words)
            .flat_map(|(key, value, at)| find_in_text(value, &names, &key, at))
            .collect();
        service.addresses = found;
    }
}

fn find_in_text(text: &str, names: &[String], key: &str, at: &FileLocation) -> Vec<NamedAddress> {
    let mut found = Vec::new();
    for host in names.iter().filter(|host| !host.is_empty()) {
        for (start, _) in text.match_indices(host.as_str()) {
            let (before, after) = (&text[..start], &text[start + host.len()..]);
            if let Some(port) = read_port(before, after) {
                found.push(NamedAddress {
                    key: key.to_owned(),
                    host: host.clone(),
                    port,
                    at: at.clone(),
                });
            }
        }
    }
    found
}

/// The port behind a name that stands as a host: behind `//`, before `:PORT`, or alone. A part of a path or of another name
/// is none.
fn read_port(before: &str, after: &str) -> Option<Option<u16>> {
    let ends = |letter: char| !letter.is_alphanumeric() && !"-_.${/".contains(letter);
    let has_scheme = before.ends_with("//");
    if !has_scheme && !before.chars().next_back().is_none_or(ends) {
        return None;
    }
    let Some(rest) = after.strip_prefix(':') else {
        let is_host = after
            .chars()
            .next()
            .is_none_or(|letter| ends(letter) || letter == '/' && has_scheme);
        return is_host.then_some(None);
    };
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_paths_and_names() {
        let names = ["tempo".to_owned()];
        let read = |text: &str| -> Vec<Option<u16>> {
            let found = find_in_text(text, &names, "command", &FileLocation::default());
            found.into_iter().map(|one| one.port).collect()
        };
        for (text, ports) in [
            ("tempo:4317", vec![Some(4317)]),
            ("--otlp=http://tempo:4318/v1/traces", vec![Some(4318)]),
            ("grpc://u:p@tempo:4317,tempo:14268", vec![Some(4317), Some(14268)]),
            ("tempo", vec![None]),
            ("https://tempo/api", vec![None]),
        ] {
            assert_eq!(read(text), ports, "{text}");
        }
        for text in [
            "-config.file=/etc/tempo/tempo.yaml",
            "/tempo",
            "my-tempo:1",
            "tempo-query:1",
            "tempo.example:1",
            "${tempo}",
            "tempo:x",
        ] {
            assert!(read(text).is_empty(), "{text}");
        }
    }
}
