using System.Text;
using Edge.Configuration;

namespace Edge.Fuzz.Targets;

/// <summary>A configuration as <c>edge run</c> and <c>edge config check</c> read it.</summary>
internal sealed class ConfigTarget : IFuzzTarget
{
    private readonly string path = Path.GetTempFileName();

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        File.ReadAllBytes("tools/deploy/edge.yaml"),
        """
        version: 1
        name: edge
        state: state
        threads: 2
        watch: true
        stations:
          - name: top
            camera: { aravis: { id: "Basler-1", trigger: software, exposure_us: 5000, gain: 0.5, region: [0, 0, 1280, 1024] }, stall_seconds: 5, reopen_seconds: 30 }
            bundle: bundles/brick
            profile: t3
            precision: int8
            alpha: 0.01
            device: cpu
            ignore_mask: mask.png
            regions: [[0, 0, 640, 480], [1, 2, 3, 4]]
            trigger: { mode: external, deadline_ms: 1000, queue: 4 }
          - name: side
            camera: { stream: { url: "rtsp://camera.local/stream1", user: viewer, password_file: camera-password } }
            bundle: bundles/brick
            threshold: 12.5
            trigger: { mode: rate, hz: 10 }
        outputs:
          json_lines: { path: results.jsonl, max_mb: 64, keep: 8 }
          mqtt: { host: broker.local, port: 8883, topic: edge, user: edge, password_file: mqtt-password, tls: { ca: ca.crt, certificate: client.crt, key: client.key }, buffer: 10000 }
          modbus: { listen: 127.0.0.1, port: 1502, ack_timeout_ms: 5000, max_clients: 8 }
          webhooks:
            - { url: "https://mes.local/inspections", only: ng, secret_file: webhook-secret, buffer: 1000 }
          gpio:
            - { chip: gpiochip0, line: 17, station: top, signal: ng, pulse_ms: 100, active_low: false }
        store: { format: jpeg, overlays: true, free_mb: 1024, ng: { max_mb: 8192, max_days: 90 }, borderline: { p_value: 0.05 }, ok: { every: 1000 } }
        web: { listen: 0.0.0.0, port: 8080, token_file: token, tls: { certificate: edge.crt, key: edge.key }, max_request_mb: 64 }
        drift: { window: 200, false_alarm: 0.0001 }
        """u8.ToArray(),
        Encoding.UTF8.GetBytes("version: 1\nname: &n edge\nstations:\n  - &s\n    name: top\n    camera: { folder: { path: in, after: move, done_path: done } }\n    bundle: *n\n  - *s\n"),
    ];

    public bool IsText => true;

    public bool Try(byte[] input)
    {
        File.WriteAllBytes(path, input);
        return ConfigFile.Read(path).Problems.Count == 0;
    }

    public void Dispose() => File.Delete(path);
}
