# language: zh-CN
功能: 由线索提出修改期限的建议
  期限总是赶不上，而办理跟得上受理，可以考虑修改期限；办理跟不上受理，是力量不足，放宽期限只会掩盖问题。
  A limit that is missed while work keeps up may be looked at; a backlog is a matter of capacity, and no reason to extend it.

  背景:
    假如 现在是 2011-07-01 09:00
    并且 城市服务请求流程已经部署
    并且 60 件“Graffiti Removal”请求，期限 14 天，都在第 5 天办结

  场景: 期限常被突破，但都办得完，提出建议，由人决定
    假如 30 件“Street Light Outages”请求，期限 14 天，都在第 40 天办结
    当 200 天后由线索提出建议
    那么 建议复核“Street Light Outages”的期限，由 14 天改为 40 天
    并且 建议附有 limits.dmn 的修改对照
    并且 部署的流程没有变化

  场景: 积压不是放宽期限的理由
    假如 20 件“Street Light Outages”请求，期限 14 天，都在第 40 天办结
    并且 20 件“Street Light Outages”请求，期限 14 天，一直没有办结
    当 200 天后由线索提出建议
    那么 没有建议
    并且 写明“Street Light Outages”办理跟不上受理

  场景: 件数太少，不足以提出建议
    假如 19 件“Street Light Outages”请求，期限 14 天，都在第 40 天办结
    当 200 天后由线索提出建议
    那么 没有建议
