"""Words that carry grammar, not facts. English; other languages fall back to all words."""

FUNCTION_WORDS = frozenset(
    """
    a about above across after again against all almost along already also although always
    am among an and another any anyone anything are around as at away be because been before
    being below between both but by can cannot could did do does doing done down due during
    each either else enough etc even ever every everything few first for from further get
    gets give given gives had has have having he hence her here hers him his how however i
    if in including instead into is it its itself just keep let like likely look made make
    makes making many may me might mine more most much must my need needed needs neither nor
    now of off often on once one ones only onto or other others our ours out over own per
    perform please quite rather really said same say says see several shall she should since
    so some someone something such take takes than that the their theirs them themselves
    then there these they thing things this those though through thus to together too toward
    towards under until up upon us use used uses using various very via want wants was way
    ways we well were what when where whether which while who whom whose why will with
    within would yes yet you your yours allow allows based called considered designed
    describe described explain known mean means mentioned notes note line lines provide
    provided provides refer refers called type types specific different able help helps
    """.split()
)

NEGATIONS = frozenset(
    """
    not no never none nothing neither nor without cannot can't don't doesn't didn't isn't
    aren't won't shouldn't wasn't weren't avoid unlike n't dont doesnt isnt cant
    """.split()
)
