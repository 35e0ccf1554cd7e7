//! `ports:` in the short and the long form.

use crate::model::compose::{ComposePort, FileLocation};
use crate::parse::spanned_yaml::YamlNode;

/// More ports than this in one range are not listed.
const MOST: u16 = 1000;

/// The ports that an item publishes; none where it says nothing that can be read.
pub(super) fn parse_ports(item: &YamlNode, at: FileLocation) -> Vec<ComposePort> {
    match item.text() {
        Some(text) => parse_short_ports(&text, &at),
        None => parse_long_port(item, &at),
    }
}

fn parse_long_port(item: &YamlNode, at: &FileLocation) -> Vec<ComposePort> {
    let text = |key: &str| item.get(key).and_then(YamlNode::text);
    let Some(inside) = text("target").and_then(|target| target.parse().ok()) else {
        return Vec::new();
    };
    vec![ComposePort {
        host_ip: text("host_ip"),
        host: text("published").and_then(|port| port.parse().ok()),
        container: inside,
        protocol: text("protocol").unwrap_or_else(|| "tcp".to_owned()),
        at: at.clone(),
    }]
}

/// `[[ip:]host:]container[/protocol]`, each a port or a range.
fn parse_short_ports(text: &str, at: &FileLocation) -> Vec<ComposePort> {
    let (rest, protocol) = text.rsplit_once('/').unwrap_or((text, "tcp"));
    let (rest, inside) = match rest.rsplit_once(':') {
        Some((rest, inside)) => (Some(rest), inside),
        None => (None, rest),
    };
    let (host_ip, host) = match rest {
        None => (None, None),
        Some(rest) => match rest.rsplit_once(':') {
            Some((ip, host)) => (Some(ip.trim_matches(['[', ']']).to_owned()), Some(host)),
            None => (None, Some(rest)),
        },
    };
    let Some((first, last)) = parse_port_range(inside) else {
        return Vec::new();
    };
    let outside = host.filter(|host| !host.is_empty()).and_then(parse_port_range);
    (first..=last)
        .take(usize::from(MOST))
        .map(|inside| ComposePort {
            host_ip: host_ip.clone(),
            host: outside.and_then(|(from, to)| {
                // A range of the host for one port inside leaves the choice to Docker.
                let single = first == last && from != to;
                (!single)
                    .then(|| from.saturating_add(inside - first))
                    .filter(|port| *port <= to)
            }),
            container: inside,
            protocol: protocol.to_owned(),
            at: at.clone(),
        })
        .collect()
}

fn parse_port_range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(Option<String>, Option<u16>, u16, String)> {
        parse_short_ports(text, &FileLocation::default())
            .into_iter()
            .map(|port| (port.host_ip, port.host, port.container, port.protocol))
            .collect()
    }

    #[test]
    fn the_forms_of_the_specification() {
        let tcp =
            |ip: Option<&str>, host: Option<u16>, inside: u16| (ip.map(str::to_owned), host, inside, "tcp".to_owned());
        assert_eq!(read("3000"), [tcp(None, None, 3000)]);
        assert_eq!(read("8000:3000"), [tcp(None, Some(8000), 3000)]);
        assert_eq!(read("127.0.0.1:8000:3000"), [tcp(Some("127.0.0.1"), Some(8000), 3000)]);
        assert_eq!(read("[::1]:8000:3000"), [tcp(Some("::1"), Some(8000), 3000)]);
        assert_eq!(read("127.0.0.1::3000"), [tcp(Some("127.0.0.1"), None, 3000)]);
        assert_eq!(
            read("9090-9091:8080-8081"),
            [tcp(None, Some(9090), 8080), tcp(None, Some(9091), 8081)]
        );
        assert_eq!(read("8000-9000:80"), [tcp(None, None, 80)]);
        assert_eq!(read("6831:6831/udp")[0].3, "udp");
        assert!(read("no").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_gives_ports_or_none(text in "[0-9:\\[\\]./a-z-]{0,24}") {
            let _ = read(&text);
        }
    }
}
