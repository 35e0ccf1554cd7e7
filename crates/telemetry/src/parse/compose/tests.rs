//! Projects made of texts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::load::load_whole;
use super::{ComposeRequest, LoadResult, ProjectFiles, read_service_environment};
use crate::model::compose::{ComposeProject, ComposeRole, HostPathInfo};
use crate::parse::ParseError;
use crate::parse::app_env::EnvPairs;

/// Files by path; a path is a folder where others lie below it.
struct Texts(BTreeMap<PathBuf, String>);

impl ProjectFiles for Texts {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn list(&self, path: &Path) -> Vec<PathBuf> {
        self.0
            .keys()
            .filter(|file| file.parent() == Some(path))
            .cloned()
            .collect()
    }

    fn stat(&self, path: &Path) -> Option<HostPathInfo> {
        let file = self.0.contains_key(path);
        let folder = self.0.keys().any(|other| other.starts_with(path) && other != path);
        (file || folder).then_some(HostPathInfo {
            folder: !file,
            uid: None,
            mode: None,
        })
    }
}

fn with_request<T>(
    files: &[(&str, &str)],
    named: &[&str],
    env: &[(&str, &str)],
    load: impl FnOnce(&ComposeRequest<'_>) -> T,
) -> T {
    let texts = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
        .collect();
    let get = |name: &str| {
        env.iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| (*value).to_owned())
    };
    load(&ComposeRequest {
        files: &named.iter().map(PathBuf::from).collect::<Vec<_>>(),
        env: &get,
        folder: &Texts(texts),
    })
}

fn read(files: &[(&str, &str)], named: &[&str], env: &[(&str, &str)]) -> LoadResult {
    with_request(files, named, env, load_whole)
}

fn environment(files: &[(&str, &str)], service: &str, env: &[(&str, &str)]) -> Result<EnvPairs, ParseError> {
    with_request(files, &["p/c.yml"], env, |asked| {
        read_service_environment(asked, service)
    })
}

#[test]
fn the_environment_of_one_service_is_read_in_both_forms() {
    let text = "x-otel: &otel\n  OTEL_TRACES_SAMPLER: always_off\nservices:\n  shop:\n    profiles: [rare]\n    environment:\n      <<: *otel\n      OTEL_SERVICE_NAME:\n      OTEL_SDK_DISABLED:\n      PORT: 80\n    env_file: [a.env, {path: b.env}]\n  cart:\n    environment: [\"OTEL_EXPORTER_OTLP_ENDPOINT=http://${HOST:-tempo}:4318\", BARE]\n";
    let files = [("p/c.yml", text), ("p/a.env", "PORT=1\nA=1\n"), ("p/b.env", "A=2\n")];
    let pairs = |list: &[(&str, &str)]| -> EnvPairs {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        list.iter().map(own).collect()
    };
    assert_eq!(
        environment(&files, "cart", &[]),
        Ok(pairs(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://tempo:4318")]))
    );
    // What the shell has is passed on; anchors are shared; the service's own values win over its files.
    assert_eq!(
        environment(&files, "shop", &[("OTEL_SERVICE_NAME", "cart")]),
        Ok(pairs(&[
            ("A", "2"),
            ("OTEL_SERVICE_NAME", "cart"),
            ("OTEL_TRACES_SAMPLER", "always_off"),
            ("PORT", "80"),
        ]))
    );
    for (files, service, told) in [
        (&files[..], "chop", "p/c.yml has no service 'chop', only shop, cart"),
        (&files[..], "", "name one of its services, shop, cart"),
        (&files[..1], "shop", "cannot read env_file p/a.env: no such file"),
        (&[("p/c.yml", "a: 1\n")], "x", "has no `services`"),
    ] {
        let refused = environment(files, service, &[]).unwrap_err();
        assert!(refused.message.contains(told), "{}", refused.message);
    }
}

fn one(text: &str) -> ComposeProject {
    read(&[("p/c.yml", text)], &["p/c.yml"], &[]).unwrap()
}

#[test]
fn services_with_their_places() {
    let project = one(
        "services:\n  tempo:\n    image: grafana/tempo:3.0.3\n    command: -target=all -config.file=/etc/t.yaml\n    ports: ['3200:3200', \"127.0.0.1:4318:4318\"]\n    volumes:\n      - ./t.yaml:/etc/t.yaml\n      - data:/var/tempo\n    depends_on: {db: {condition: service_healthy}}\n  db:\n    image: postgres\nvolumes: {data: }\n",
    );
    let tempo = project.service("tempo").unwrap();
    assert_eq!(tempo.role, ComposeRole::Tempo);
    assert_eq!(tempo.at.to_string(), "p/c.yml:2");
    assert_eq!(tempo.flag("config.file").unwrap().at.line, 4);
    assert_eq!(
        tempo.published_port(4318).unwrap().host_ip.as_deref(),
        Some("127.0.0.1")
    );
    assert_eq!(tempo.mounts[0].source, "p/t.yaml");
    assert_eq!(tempo.mounts[0].at.line, 7);
    assert_eq!(tempo.depends_on["db"].value, "service_healthy");
    assert_eq!(project.volumes, ["data"]);
    let config = &tempo.configs[0];
    assert!(config.problem.as_ref().unwrap().value.contains("no such file"));
}

#[test]
fn variables_come_from_the_environment_then_from_dot_env() {
    let files = [
        (
            "p/c.yml",
            "services:\n  a:\n    image: x:${TAG:-1}\n    environment: [A=$ONE, B]\n    ports: ['${PORT}:80']\n",
        ),
        ("p/.env", "TAG=2\nPORT=8080\nONE=file\n"),
    ];
    let project = read(&files, &["p/c.yml"], &[("ONE", "shell"), ("B", "b")]).unwrap();
    let service = &project.services[0];
    assert_eq!(service.image.as_ref().unwrap().value, "x:2");
    assert_eq!(service.environment["A"].value.as_deref(), Some("shell"));
    assert_eq!(service.environment["B"].value.as_deref(), Some("b"));
    assert_eq!(service.ports[0].host, Some(8080));
    let missing = read(
        &[("c.yml", "services:\n  a:\n    image: ${TAG:?pick one}\n")],
        &["c.yml"],
        &[],
    )
    .unwrap_err();
    assert_eq!(missing.at.line, 3);
    assert!(missing.why.contains("pick one"));
    let unset = one("services: {a: {image: 'x:$NO'}}");
    assert!(unset.notes[0].contains("NO"));
}

#[test]
fn files_are_laid_over_each_other() {
    let files = [
        (
            "p/a.yml",
            "services:\n  t:\n    image: x:1\n    command: [a, b]\n    environment: {A: '1', B: '2'}\n    ports: ['1:1']\n    volumes: ['./x:/etc/x', 'data:/d']\n",
        ),
        (
            "q/b.yml",
            "services:\n  t:\n    image: x:2\n    command: [c]\n    environment: [B=3]\n    ports: ['2:2']\n    volumes: ['./y:/etc/x']\n  gone: {image: y}\n",
        ),
        (
            "q/c.yml",
            "services:\n  gone: !reset null\n  t:\n    ports: !override ['9:9']\n",
        ),
    ];
    let project = read(&files, &["p/a.yml", "q/b.yml", "q/c.yml"], &[]).unwrap();
    assert_eq!(project.services.len(), 1);
    let t = &project.services[0];
    assert_eq!(t.image.as_ref().unwrap().value, "x:2");
    assert_eq!(t.image.as_ref().unwrap().at.to_string(), "q/b.yml:3");
    assert_eq!(
        t.words.iter().map(|word| word.value.as_str()).collect::<Vec<_>>(),
        ["c"]
    );
    assert_eq!(t.environment["A"].value.as_deref(), Some("1"));
    assert_eq!(t.environment["B"].value.as_deref(), Some("3"));
    assert_eq!(t.ports.iter().map(|port| port.container).collect::<Vec<_>>(), [9]);
    let mut sources: Vec<&str> = t.mounts.iter().map(|mount| mount.source.as_str()).collect();
    sources.sort_unstable();
    assert_eq!(
        sources,
        ["data", "p/y"],
        "paths of an override count from the first file"
    );
}

#[test]
fn extends_include_and_profiles() {
    let files = [
        (
            "p/c.yml",
            "include: [sub/i.yml]\nservices:\n  a:\n    extends: {service: base, file: base.yml}\n    environment: {X: '2'}\n  b:\n    extends: a\n    profiles: [extra]\n",
        ),
        (
            "p/base.yml",
            "services:\n  base:\n    image: grafana/tempo\n    environment: {X: '1', Y: '1'}\n    depends_on: [z]\n",
        ),
        (
            "p/sub/i.yml",
            "services:\n  i:\n    image: z\n    volumes: ['./f:/f']\n",
        ),
    ];
    let project = read(&files, &["p/c.yml"], &[]).unwrap();
    let a = project.service("a").unwrap();
    assert_eq!(a.role, ComposeRole::Tempo);
    assert_eq!(a.environment["X"].value.as_deref(), Some("2"));
    assert_eq!(a.environment["Y"].value.as_deref(), Some("1"));
    assert!(a.depends_on.is_empty());
    assert_eq!(project.service("i").unwrap().mounts[0].source, "p/sub/f");
    assert_eq!(project.behind_profiles, ["b"]);
    let project = read(&files, &["p/c.yml"], &[("COMPOSE_PROFILES", "x,extra")]).unwrap();
    assert!(project.service("b").is_some());
    let circle = read(
        &[("c.yml", "services:\n  a: {extends: b}\n  b: {extends: a}\n")],
        &["c.yml"],
        &[],
    );
    assert!(circle.unwrap_err().why.contains("in a loop"));
}

#[test]
fn a_dotenv_file_takes_colons_and_profiles_without_a_name() {
    let files = [
        (
            "p/c.yml",
            "services:\n  a:\n    image: x:${TAG}\n    profiles: ['${WHO:-}']\n  b:\n    image: y\n    profiles: ['${OTHER:-skip}']\n",
        ),
        ("p/.env", "TAG: '2.1'\nOTHER: more\n"),
    ];
    let project = read(&files, &["p/c.yml"], &[]).unwrap();
    assert_eq!(project.service("a").unwrap().image.as_ref().unwrap().value, "x:2.1");
    assert_eq!(project.behind_profiles, ["b"]);
    assert!(project.notes.iter().any(|note| note.contains("COMPOSE_PROFILES=more")));
}

#[test]
fn a_folder_is_searched_as_compose_does() {
    let files = [
        ("p/docker-compose.yml", "services: {a: {image: x}}"),
        ("p/docker-compose.override.yml", "services: {b: {image: y}}"),
    ];
    let project = read(&files, &["p"], &[]).unwrap();
    assert_eq!(project.files, ["p/docker-compose.yml", "p/docker-compose.override.yml"]);
    assert_eq!(project.services.len(), 2);
    assert!(read(&files, &["q"], &[]).is_err());
}

#[test]
fn configurations_are_followed_through_mounts() {
    let files = [
        (
            "p/c.yml",
            "services:\n  t:\n    image: grafana/tempo:2.10.0\n    command: [-config.file=/conf/tempo.yaml, -config.expand-env]\n    environment: {HOST: prom}\n    volumes: ['./conf:/conf']\n  g:\n    image: grafana/grafana\n    volumes: ['./prov:/etc/grafana/provisioning']\n  own:\n    image: me/metrics\n    command: --config.file=/p.yml\n    volumes: ['./conf/p.yml:/p.yml']\n  gone:\n    image: prom/prometheus\n    command: --config.file=/nowhere.yml\n",
        ),
        (
            "p/conf/tempo.yaml",
            "metrics_generator:\n  storage:\n    remote_write:\n      - url: http://${HOST}:9090\n",
        ),
        ("p/conf/p.yml", "scrape_configs: []\nglobal: {}\n"),
        ("p/prov/datasources/a.yaml", "datasources: []\n"),
        ("p/prov/datasources/b.txt", ""),
    ];
    let project = read(&files, &["p/c.yml"], &[]).unwrap();
    let config = project.service("t").unwrap().config().unwrap();
    let url = "/metrics_generator/storage/remote_write/0/url";
    assert_eq!(config.text(url), Some("http://prom:9090"));
    assert_eq!(config.location(url).to_string(), "p/conf/tempo.yaml:4");
    assert_eq!(config.location("/metrics_generator/storage/path").line, 2);
    assert_eq!(project.service("g").unwrap().configs.len(), 1);
    assert_eq!(project.service("own").unwrap().role, ComposeRole::Prometheus);
    assert_eq!(
        project.service("gone").unwrap().missing_config.as_ref().unwrap().value,
        "/nowhere.yml"
    );
}

#[test]
fn what_is_no_project_says_why() {
    let cases = [
        ("a: [", 1),
        ("web:\n  image: x\n", 1),
        ("services:\n  a:\n    image: x\n    image: y\n", 4),
    ];
    for (text, line) in cases {
        let refused = read(&[("c.yml", text)], &["c.yml"], &[]).unwrap_err();
        assert_eq!(refused.at.line, line, "{refused}");
    }
    assert!(read(&[], &["c.yml"], &[]).unwrap_err().why.contains("cannot read"));
}

proptest! {
    #[test]
    fn any_text_is_a_project_or_refused(text in "(services:\\n)?([ ]{0,6}[a-z:${}\\[\\]'-]{0,12}\\n){0,12}") {
        let _ = read(&[("c.yml", &text)], &["c.yml"], &[("A", "1")]);
    }
}

#[test]
fn values_of_a_dot_env_use_each_other() {
    let text = "services:\n  shop:\n    image: ${IMAGE}\n    environment: [WHERE, KEPT, TWICE]\n";
    let dot_env =
        "V=1.2\nIMAGE=\"shop:${V:-9}\"\nHOST=tempo\nWHERE=http://${HOST}:4317 # there\nKEPT='${V}'\nTWICE=$V$V\n";
    let files = [("p/c.yml", text), ("p/.env", dot_env)];
    let shop = |env: &[(&str, &str)]| read(&files, &["p/c.yml"], env).unwrap().services.remove(0);
    let value = |service: &crate::model::compose::ComposeService, name: &str| {
        service.environment[name].value.clone().unwrap_or_default()
    };
    let plain = shop(&[]);
    assert_eq!(plain.image.as_ref().unwrap().value, "shop:1.2");
    assert_eq!(value(&plain, "WHERE"), "http://tempo:4317");
    assert_eq!(value(&plain, "KEPT"), "${V}");
    assert_eq!(value(&plain, "TWICE"), "1.21.2");
    // The environment goes before the file, inside its values too.
    let given = shop(&[("V", "3"), ("TWICE", "x")]);
    assert_eq!(given.image.as_ref().unwrap().value, "shop:3");
    assert_eq!(value(&given, "TWICE"), "x");
}

#[test]
fn an_included_file_has_its_own_variables_and_folder() {
    let tempo = "services:\n  tempo:\n    image: grafana/tempo:${TV:?none}\n    volumes: ['./t:/t']\n";
    let files = |top: &'static str| {
        [
            ("p/c.yml", top),
            ("p/.env", "A=1\n"),
            ("p/obs/o.yml", tempo),
            ("p/obs/.env", "TV=2.6.1\nA=2\n"),
            ("p/e/new.env", "TV=3.0.3\n"),
        ]
    };
    let read_tempo = |top: &'static str, env: &[(&str, &str)]| {
        let tempo = read(&files(top), &["p/c.yml"], env).unwrap().services.remove(0);
        (tempo.version(), tempo.mounts[0].source.clone())
    };
    let short = "include: [obs/o.yml]\nservices: {}\n";
    assert_eq!(read_tempo(short, &[]), (Some((2, 6)), "p/obs/t".into()));
    assert_eq!(read_tempo(short, &[("TV", "2.4.1")]), (Some((2, 4)), "p/obs/t".into()));
    let long = "include:\n  - {path: obs/o.yml, project_directory: e, env_file: [obs/.env, e/new.env]}\nservices: {}\n";
    assert_eq!(read_tempo(long, &[]), (Some((3, 0)), "p/e/t".into()));
    let remote = "include: ['https://git.example/x.git', oci://registry/x]\nservices: {}\n";
    assert_eq!(read(&files(remote), &["p/c.yml"], &[]).unwrap().notes.len(), 2);
}

#[test]
fn a_project_that_includes_itself_twice_ends() {
    let text = "include: [c.yml, ./c.yml]\nservices: {}\n";
    assert!(read(&[("p/c.yml", text)], &["p/c.yml"], &[]).is_err());
}

#[test]
fn what_compose_refuses_is_kept_with_its_line() {
    let text = "services:\n  a:\n    image: a\n    depends_on: [b, c]\n    networks: [n, default]\n    volumes: ['vol:/v', 'own:/w']\n    configs: [k]\n  b:\n    image: b\n    profiles: [p]\n  d: {}\nvolumes: {own: }\ntempo: {}\n";
    let project = read(&[("p/c.yml", text)], &["p/c.yml"], &[]).unwrap();
    let lines: Vec<u32> = project.refusals.iter().map(|refusal| refusal.at.line).collect();
    assert_eq!(lines, [13, 4, 4, 5, 6, 7, 11], "{:?}", project.refusals);
    let on = read(&[("p/c.yml", text)], &["p/c.yml"], &[("COMPOSE_PROFILES", "p")]).unwrap();
    assert_eq!(on.refusals.len(), 6);
    assert!(project.notes.iter().any(|note| note.contains("COMPOSE_PROFILES=p")));
}

#[test]
fn a_circle_and_a_name_that_is_taken_are_refused() {
    let text = "services:\n  a: {image: a, depends_on: [b], container_name: x}\n  b: {image: b, depends_on: [c]}\n  c:\n    image: c\n    depends_on: [a]\n    container_name: x\n  d: {image: d, depends_on: [a]}\n";
    let project = read(&[("p/c.yml", text)], &["p/c.yml"], &[]).unwrap();
    let lines: Vec<u32> = project.refusals.iter().map(|refusal| refusal.at.line).collect();
    assert_eq!(lines, [2, 3, 7, 6], "{:?}", project.refusals);
}

#[test]
fn a_file_is_missing_only_where_nothing_may_bring_it() {
    let missing = |image: &str, more: &str| {
        let text = format!("services:\n  s:\n    image: {image}\n{more}\n");
        let project = read(&[("p/c.yml", text.as_str())], &["p/c.yml"], &[]).unwrap();
        project.services[0].missing_config.is_some()
    };
    assert!(missing("prom/prometheus", "    command: [--config.file=/p.yml]"));
    assert!(missing("prom/prometheus", "    command: [--web.enable-lifecycle]"));
    assert!(!missing(
        "prom/prometheus",
        "    command: [--config.file=/etc/prometheus/prometheus.yml]"
    ));
    assert!(!missing(
        "prom/prometheus",
        "    entrypoint: [sh, -c, 'x > /p.yml; prometheus --config.file=/p.yml']"
    ));
    assert!(!missing(
        "prom/prometheus",
        "    command: [--config.file=/p.yml]\n    configs: [p.yml]"
    ));
    assert!(!missing("bitnami/prometheus", "    command: [--web.enable-lifecycle]"));
    assert!(!missing(
        "otel/opentelemetry-collector",
        "    command: [--config=/etc/otelcol/config.yaml]"
    ));
}

#[test]
fn a_shell_or_a_script_is_read_for_the_flags_of_its_server() {
    let text = "services:\n  shell:\n    image: grafana/tempo:2.6.1\n    entrypoint: [sh, -c]\n    command: [\"mkdir -p /x && exec /tempo -config.file=/t.yaml\"]\n  script:\n    image: prom/prometheus\n    entrypoint: /s.sh\n    command: [--web.enable-lifecycle]\n    volumes: ['./s.sh:/s.sh']\n  closed:\n    image: prom/prometheus\n    entrypoint: [sh, /other.sh]\n  open:\n    image: prom/prometheus\n    entrypoint: [sh, -c, 'prometheus $$FLAGS']\n  tool:\n    image: grafana/tempo\n    entrypoint: [chown, x]\n  steps:\n    image: grafana/tempo\n    entrypoint: [sh, -c, 'chown 1 /var/tempo']\n  direct:\n    image: grafana/tempo\n    entrypoint: [/tempo, -target=all]\n";
    let script = "#!/bin/sh\n# prometheus --not-this\nexec prometheus \\\n  --config.file=/p.yml \"$@\"\n";
    let project = read(&[("p/c.yml", text), ("p/s.sh", script)], &["p/c.yml"], &[]).unwrap();
    use crate::model::compose::CommandSource::{Hidden, Listed, Script};
    let service = |name: &str| project.service(name).unwrap();
    let sources = ["shell", "script", "closed", "open", "tool", "direct"].map(|name| service(name).command_source);
    assert_eq!(sources, [Script, Script, Hidden, Hidden, Listed, Listed]);
    let config = |name: &str| service(name).flag("config.file").map(|flag| flag.value);
    assert_eq!(config("shell").as_deref(), Some("/t.yaml"));
    assert_eq!(config("script").as_deref(), Some("/p.yml"));
    assert!(service("script").is_switched_on("web.enable-lifecycle"));
    let programs: Vec<&str> = project
        .services
        .iter()
        .filter(|service| service.program.is_some())
        .map(|service| service.name.as_str())
        .collect();
    assert_eq!(programs, ["tool", "steps"]);
    assert_eq!(project.services_with_role(ComposeRole::Tempo).count(), 2);
}
