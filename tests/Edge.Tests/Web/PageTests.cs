using System.Text.Json.Nodes;

namespace Edge.Tests.Web;

/// <summary>The operator's page in a real browser.</summary>
public sealed class PageTests : IAsyncLifetime
{
    private WebLine web = null!;
    private Browser browser = null!;

    public async Task InitializeAsync()
    {
        web = await WebLine.Start();
        browser = await Browser.Start(375, 812);
    }

    public async Task DisposeAsync()
    {
        await browser.DisposeAsync();
        await web.DisposeAsync();
    }

    [Fact]
    public async Task Page_PartsComeAndTheBoxGoes_ShowsItAndAsksNobodyElse()
    {
        await browser.Open(web.Address);
        await browser.Until("document.getElementById('ready').textContent === 'Ready'");
        Assert.Equal("--", await browser.Text("word"));

        var bad = await web.Part(web.Tiny.DefectPath, "P-1");
        await browser.Until("document.getElementById('word').textContent === 'NG'");
        await browser.Until("document.getElementById('part').textContent.includes('P-1')");
        Assert.Contains("defect", await browser.Text("why"));
        await browser.Until("document.getElementById('picture').naturalWidth > 0 && document.querySelector('#strip img')?.naturalWidth > 0");
        await web.Part(web.Tiny.NormalPaths[0], "P-2");
        await browser.Until("document.getElementById('word').textContent === 'OK'");
        // Colour is not all that tells them apart.
        Assert.True((await browser.Evaluate("getComputedStyle(document.querySelector('.sign .ok')).display !== 'none' && getComputedStyle(document.querySelector('.sign .ng')).display === 'none'"))!.GetValue<bool>());

        // A tap on the strip shows the NG part large.
        await browser.Click("#strip button");
        await browser.Until("document.getElementById('large').open && document.getElementById('large-picture').naturalWidth > 0");
        Assert.Contains("P-1", await browser.Text("large-title"));
        Assert.Contains($"Inspection {bad.Id}", await browser.Text("large-facts"));
        await browser.Click("#large [data-close]");

        // Nothing is wider than the phone.
        Assert.Equal(375, (await browser.Evaluate("document.documentElement.scrollWidth"))!.GetValue<int>());
        Assert.Empty(browser.Complaints);
        Assert.All(browser.Requests.Where(address => !address.StartsWith("blob:")), address => Assert.StartsWith(web.Address.ToString(), address));

        await web.Server.DisposeAsync();
        await browser.Until("document.body.classList.contains('is-lost') && !document.getElementById('lost').hidden");
        Assert.Contains("Connection lost", await browser.Text("lost"));
        Assert.Contains("NOT LIVE", await browser.Text("age"));
        Assert.Equal("grayscale(1)", (await browser.Evaluate("getComputedStyle(document.querySelector('main')).filter"))!.GetValue<string>());
    }

    [Fact]
    public async Task Threshold_TriedAndApplied_NeedsTheToken()
    {
        for (var n = 0; n < 10; n++)
            web.Top.History.Add(DateTimeOffset.UtcNow, n, n > 7);
        var before = web.Top.Model.Inspector.Threshold;
        await browser.Open(web.Address);
        await browser.Until("document.getElementById('source').textContent.includes('bundle')");

        // 5, 6, 7, 8 and 9 lie above 4.5.
        await Try(4.5);
        await browser.Until("document.getElementById('what-if').textContent.includes('5 of 10')");
        Assert.Contains("now 2", await browser.Text("what-if"));

        await browser.Click("#apply");
        await browser.Until("document.getElementById('confirm').open");
        await browser.Click("#confirm-yes");
        await browser.Until("document.getElementById('confirm-says').textContent.includes('token is needed')");
        await browser.Click("#token");
        await browser.Type("wrong");
        await browser.Click("#confirm-yes");
        await browser.Until("document.getElementById('confirm-says').textContent.includes('not the one')");
        Assert.Equal(before, web.Top.Model.Inspector.Threshold);

        await browser.Evaluate("document.getElementById('token').value = ''");
        await browser.Click("#token");
        await browser.Type(WebLine.Token);
        await browser.Click("#confirm-yes");
        await browser.Until("document.getElementById('tune-says').textContent.includes('Done')");
        Assert.Equal((4.5, "operator"), (web.Top.Model.Inspector.Threshold, web.Top.Model.ThresholdSource));
        Assert.Equal(WebLine.Token, (await browser.Evaluate("sessionStorage.getItem('token')"))!.GetValue<string>());
        Assert.Equal(0, (await browser.Evaluate("localStorage.length + document.cookie.length"))!.GetValue<int>());

        // The token is known now: going back only wants to be confirmed.
        await browser.Click("#reset");
        await browser.Until("document.getElementById('confirm').open");
        await browser.Click("#confirm-yes");
        await browser.Until("document.getElementById('source').textContent.includes('bundle')");
        Assert.Equal(before, web.Top.Model.Inspector.Threshold);
    }

    [Fact]
    public async Task Threshold_BoxWithoutToken_SaysWhyItCannotBeChanged()
    {
        await using var closed = await WebLine.Start(token: false);
        await browser.Open(closed.Address);
        await browser.Until("document.getElementById('source').textContent.includes('bundle')");

        await Try(4.5);
        await browser.Click("#apply");

        await browser.Until("document.getElementById('tune-says').textContent.includes('web.token_file')");
        Assert.False((await browser.Evaluate("document.getElementById('confirm').open"))!.GetValue<bool>());
    }

    [Fact]
    public async Task Page_NotReadyAndOtherStation_SaysWhyAndSwitches()
    {
        await browser.View(1280, 800);
        await browser.Open(web.Address);
        await browser.Until("document.querySelectorAll('#tabs button').length === 2");
        await web.Post("v1/trigger", """{"station":"gate","part_id":"G-1"}""");

        await browser.Click("#tabs button:nth-child(2)");
        await browser.Until("document.getElementById('part').textContent.includes('G-1')");
        Assert.Contains("no picture came", await browser.Text("why"));

        await web.Line.Stop();
        await browser.Until("document.getElementById('problems').textContent.includes('starting or stopping')");
        Assert.Equal("Not ready", await browser.Text("ready"));
    }

    private Task<JsonNode?> Try(double threshold) => browser.Evaluate(
        $"(() => {{ const n = document.getElementById('number'); n.value = '{FormattableString.Invariant($"{threshold}")}'; n.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()");
}
