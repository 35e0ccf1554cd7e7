//! Networks by the names that Docker knows: two keys may name the same one.

use crate::model::compose::ComposeService;
use crate::parse::spanned_yaml::YamlNode;

use super::load::ComposeReading;

/// The key and Docker's name of every network that is declared, `default` among them.
fn list_networks(reading: &ComposeReading<'_>, root: &YamlNode) -> Vec<(String, String, bool)> {
    let project = find_project_name(reading, root);
    let declared = root.get("networks").map(YamlNode::entries).unwrap_or_default();
    let mut all: Vec<(String, String, bool)> = declared
        .iter()
        .map(|entry| {
            let external = entry.node.get("external");
            // The form of old: `external: {name: …}`.
            let old = external.and_then(|external| external.get("name"));
            let given = entry.node.get("name").or(old).and_then(YamlNode::text);
            let external = external.is_some_and(|external| external.text().as_deref() != Some("false"));
            let name = given.unwrap_or_else(|| match external {
                true => entry.key.clone(),
                false => format!("{project}_{}", entry.key),
            });
            (entry.key.clone(), name, external)
        })
        .collect();
    let own: Vec<(String, String)> = all
        .iter()
        .filter(|(key, name, external)| !external && *name == format!("{project}_{key}"))
        .map(|(key, name, _)| (format!("_{key}"), name.clone()))
        .collect();
    for (_, name, _) in all.iter_mut().filter(|network| network.2) {
        // Somebody wrote out the name that Compose makes, and the folder had another name when it was made.
        if let Some((_, made)) = own.iter().find(|(end, _)| name.ends_with(end)) {
            name.clone_from(made);
        }
    }
    if !all.iter().any(|(key, ..)| key == "default") {
        all.push(("default".to_owned(), format!("{project}_default"), false));
    }
    all
}

/// `name:`, the variable, or the folder, as Compose spells it.
fn find_project_name(reading: &ComposeReading<'_>, root: &YamlNode) -> String {
    let named = reading.look_up_variable(0, "COMPOSE_PROJECT_NAME");
    let named = named.or_else(|| root.get("name").and_then(YamlNode::text));
    named.unwrap_or_else(|| {
        let base = reading.base_folder(root);
        let folder = base.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        folder
            .chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
            .collect()
    })
}

/// Gives services the first of the keys that name the same network. One that is declared nowhere is refused, which says it
/// all: such a service is taken to be where the others are.
pub(super) fn unite_networks(reading: &ComposeReading<'_>, root: &YamlNode, services: &mut [ComposeService]) {
    let all = list_networks(reading, root);
    let first_key = |key: &String| {
        let (_, name, _) = all.iter().find(|(own, ..)| own == key)?;
        all.iter()
            .find(|(_, other, _)| other == name)
            .map(|(key, ..)| key.clone())
    };
    for network in services.iter_mut().flat_map(|service| &mut service.networks) {
        *network = first_key(network).unwrap_or_else(|| "default".to_owned());
    }
}

/// The keys of networks that others own as well.
pub(super) fn list_external_networks(reading: &ComposeReading<'_>, root: &YamlNode) -> Vec<String> {
    let all = list_networks(reading, root);
    let external: Vec<&String> = all
        .iter()
        .filter(|network| network.2)
        .map(|(_, name, _)| name)
        .collect();
    let shared = all.iter().filter(|(_, name, _)| external.contains(&name));
    shared.map(|(key, ..)| key.clone()).collect()
}
