using Edge.Runtime;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Edge.Tests.Web;

/// <summary>The operator's page in Debian's Chromium.</summary>
public sealed partial class PageTests : IAsyncLifetime
{
    private const int PhoneWidth = 375;

    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<string> requests = new();
    private WebLine web = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;
    private IPage page = null!;

    private ILocator Verdict => page.GetByRole(AriaRole.Region, new() { Name = "Last part", Exact = true });

    private ILocator Figures => page.GetByRole(AriaRole.Region, new() { Name = "Figures of the last part" });

    private ILocator Threshold => page.GetByRole(AriaRole.Region, new() { Name = "Threshold" });

    private ILocator Confirmation => page.GetByRole(AriaRole.Dialog, new() { Name = "Change the threshold?" });

    public async Task InitializeAsync()
    {
        SetDefaultExpectTimeout(30_000);
        web = await WebLine.Start();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            // Root, as in a container, has no sandbox; the rest keeps Chromium from looking for its maker.
            ChromiumSandbox = false,
            Args = ["--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = PhoneWidth, Height = 812 }, IsMobile = true });
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) => requests.Enqueue(request.Url);
    }

    public async Task DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await web.DisposeAsync();
    }

    [Fact]
    public async Task Page_PartsComeAndTheBoxGoes_ShowsItAndAsksNobodyElse()
    {
        await page.GotoAsync(web.Address.ToString());
        await Expect(page.Locator("#ready")).ToHaveTextAsync("Ready");
        await Expect(page.Locator("#word")).ToHaveTextAsync("--");

        var bad = await web.Part(web.Tiny.DefectPath, "P-1");
        await Expect(page.Locator("#word")).ToHaveTextAsync("NG");
        await Expect(Figures).ToContainTextAsync("P-1");
        await Expect(Verdict).ToContainTextAsync("defect");
        await Shown("#picture");
        await Shown("#strip img");
        await web.Part(web.Tiny.NormalPaths[0], "P-2");
        await Expect(page.Locator("#word")).ToHaveTextAsync("OK");
        // Colour is not all that tells them apart.
        await Expect(page.Locator(".sign .ok")).Not.ToHaveCSSAsync("display", "none");
        await Expect(page.Locator(".sign .ng")).ToHaveCSSAsync("display", "none");

        // A tap on the strip shows the NG part large.
        await page.Locator("#strip").GetByRole(AriaRole.Button).First.ClickAsync();
        var large = page.GetByRole(AriaRole.Dialog);
        await Expect(large).ToBeVisibleAsync();
        await Shown("#large-picture");
        await Expect(large.GetByRole(AriaRole.Heading)).ToContainTextAsync("P-1");
        await Expect(large).ToContainTextAsync($"Inspection {bad.Id}");
        await large.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(large).ToBeHiddenAsync();

        // Nothing is wider than the phone.
        Assert.Equal(PhoneWidth, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(complaints);
        Assert.All(requests.Where(address => !address.StartsWith("blob:")), address => Assert.StartsWith(web.Address.ToString(), address));

        await web.Server.DisposeAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Connection lost" })).ToBeVisibleAsync();
        await Expect(page.Locator("body")).ToHaveClassAsync(IsLost());
        await Expect(Verdict).ToContainTextAsync("NOT LIVE");
        await Expect(page.Locator("main")).ToHaveCSSAsync("filter", "grayscale(1)");
    }

    [Fact]
    public async Task Threshold_TriedAndApplied_NeedsTheToken()
    {
        for (var n = 0; n < 10; n++)
            web.Top.History.Add(DateTimeOffset.UtcNow, n, n > 7);
        var before = web.Top.Model.Inspector.Threshold;
        await page.GotoAsync(web.Address.ToString());
        await Expect(page.Locator("#source")).ToContainTextAsync("bundle");

        // 5, 6, 7, 8 and 9 lie above 4.5.
        await Try(4.5);
        await Expect(Threshold).ToContainTextAsync("5 of 10");
        await Expect(Threshold).ToContainTextAsync("now 2");

        await Click(Threshold, "Apply");
        await Click(Confirmation, "Change it");
        await Expect(Confirmation.GetByRole(AriaRole.Alert)).ToContainTextAsync("token is needed");
        await Confirmation.GetByLabel("Token of this box").FillAsync("wrong");
        await Click(Confirmation, "Change it");
        await Expect(Confirmation.GetByRole(AriaRole.Alert)).ToContainTextAsync("not the one");
        Assert.Equal(before, web.Top.Model.Inspector.Threshold);

        await Confirmation.GetByLabel("Token of this box").FillAsync(WebLine.Token);
        await Click(Confirmation, "Change it");
        await Expect(Threshold.GetByRole(AriaRole.Alert)).ToContainTextAsync("Done");
        Assert.Equal((4.5, "operator"), (web.Top.Model.Inspector.Threshold, web.Top.Model.ThresholdSource));
        Assert.Equal(WebLine.Token, await page.EvaluateAsync<string>("sessionStorage.getItem('token')"));
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));

        // The token is known now: going back only wants to be confirmed.
        await Click(Threshold, "Use the default");
        await Click(Confirmation, "Change it");
        await Expect(page.Locator("#source")).ToContainTextAsync("bundle");
        Assert.Equal(before, web.Top.Model.Inspector.Threshold);
    }

    [Fact]
    public async Task Threshold_BoxWithoutToken_SaysWhyItCannotBeChanged()
    {
        await using var closed = await WebLine.Start(token: false);
        await page.GotoAsync(closed.Address.ToString());
        await Expect(page.Locator("#source")).ToContainTextAsync("bundle");

        await Try(4.5);
        await Click(Threshold, "Apply");

        await Expect(Threshold.GetByRole(AriaRole.Alert)).ToContainTextAsync("web.token_file");
        await Expect(Confirmation).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Page_NotReadyAndOtherStation_SaysWhyAndSwitches()
    {
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync(web.Address.ToString());
        await Expect(page.GetByRole(AriaRole.Tab)).ToHaveCountAsync(2);
        await web.Post("v1/trigger", """{"station":"gate","part_id":"G-1"}""");

        await page.GetByRole(AriaRole.Tab).Nth(1).ClickAsync();
        await Expect(Figures).ToContainTextAsync("G-1");
        await Expect(Verdict).ToContainTextAsync("no picture came");

        await web.Line.Stop();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "starting or stopping" })).ToBeVisibleAsync();
        await Expect(page.Locator("#ready")).ToHaveTextAsync("Not ready");
    }

    [GeneratedRegex(@"\bis-lost\b")]
    private static partial Regex IsLost();

    private static Task Click(ILocator place, string button) => place.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();

    private Task Try(double threshold) =>
        page.GetByLabel("Try a threshold, as a number").FillAsync(threshold.ToString(CultureInfo.InvariantCulture));

    /// <summary>Waits until a picture has come.</summary>
    private Task Shown(string picture) => page.WaitForFunctionAsync("selector => document.querySelector(selector)?.naturalWidth > 0", picture);
}
